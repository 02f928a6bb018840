from collections import Counter

from tests.traffic.stacks import START, scenario
from traffic.plan import make_plan
from traffic.record import example_stack

S3 = "203.0.113.250"


def plan(*activities, rogue=None, stack=None, **extra):
    return make_plan(scenario(*activities, **extra), stack or example_stack(), START, S3, rogue)


def test_a_visit_looks_its_name_up_first():
    made = plan({"do": "https", "who": "apples-quiet", "to": "www.example.com"})

    (flow,), (lookup,) = made.flows, made.lookups
    assert (lookup.name, lookup.answer) == ("www.example.com", flow.address)
    assert lookup.time < flow.time
    assert flow.lookup is lookup


def test_an_address_and_a_known_name_are_not_looked_up():
    made = plan(
        {"do": "https", "who": "apples-quiet", "to": "203.0.113.9"},
        {"do": "https", "who": "apples-quiet", "to": "www.example.com", "resolve": False},
    )

    assert (len(made.flows), made.lookups) == (2, [])


def test_who_may_be_a_role():
    made = plan(*({"do": "ssh", "who": who, "to": "203.0.113.9"} for who in ("quiet", "rogue", "*")))

    assert Counter(flow.source.name for flow in made.flows) == {"apples-quiet": 2, "apples-rogue": 2, "pears-quiet": 2}


def test_an_instance_can_be_appointed_rogue():
    made = plan({"do": "ssh", "who": "rogue", "to": "203.0.113.9"}, rogue="pears-quiet")

    assert [flow.source.name for flow in made.flows] == ["apples-rogue", "pears-quiet"]


def test_what_nobody_can_do_is_skipped_and_told():
    made = plan(
        {"do": "ssh", "who": "bananas", "to": "203.0.113.9"}, {"do": "ssh", "who": "quiet", "to": "instance:figs"}
    )

    assert made.flows == []
    assert made.skipped == [
        "ssh by bananas: no such instance in this stack",
        "ssh by apples-quiet to instance:figs: no such instance in this stack",
        "ssh by pears-quiet to instance:figs: no such instance in this stack",
    ]


def test_another_vpc_is_found_from_where_one_is():
    made = plan({"do": "ssh", "who": "*", "to": "instance:other-vpc"})

    assert [(flow.source.name, flow.address) for flow in made.flows] == [
        ("apples-quiet", "10.2.0.10"),
        ("apples-rogue", "10.2.0.10"),
        ("pears-quiet", "10.1.0.10"),
    ]


def test_repetitions_keep_their_interval_and_are_late_by_the_jitter_at_most():
    made = plan({"do": "ssh", "who": "rogue", "to": "203.0.113.9", "every": "60s", "count": 30, "jitter": 0.1})

    gaps = [later.time - earlier.time for earlier, later in zip(made.flows, made.flows[1:], strict=False)]
    assert 54 <= min(gaps) <= max(gaps) <= 66
    assert len(set(gaps)) > 20


def test_several_targets_are_visited_in_turn():
    made = plan(
        {"do": "ssh", "who": "rogue", "to": ["203.0.113.8", "203.0.113.9"], "every": "10s", "count": 2, "apart": "2s"}
    )

    assert [(flow.target, round(flow.time - made.flows[0].time)) for flow in made.flows] == [
        ("203.0.113.8", 0),
        ("203.0.113.9", 2),
        ("203.0.113.8", 10),
        ("203.0.113.9", 12),
    ]


def test_a_copy_goes_to_the_experiments_bucket_at_an_address_of_s3():
    made = plan({"do": "s3", "who": "rogue", "up": "5MB"})

    (flow,) = made.flows
    assert (flow.target, flow.address, flow.port) == ("example-experiment.s3.eu-west-1.amazonaws.com", S3, 443)


def test_a_copy_without_a_bucket_is_skipped():
    made = plan({"do": "s3", "who": "rogue"}, stack=example_stack().model_copy(update={"experiment_bucket": ""}))

    assert (made.flows, len(made.skipped)) == ([], 1)


def test_the_same_seed_makes_the_same_plan_and_another_seed_another():
    activity = {"do": "dns", "who": "*", "names": ["{hex:16}.example.com"], "count": 20, "every": "10s", "jitter": 0.5}

    def names(seed):
        return [(lookup.time, lookup.name) for lookup in plan(activity, seed=seed).lookups]

    assert names(1) == names(1)
    assert names(1) != names(2)


def test_no_two_flows_share_a_five_tuple():
    made = plan({"do": "ssh", "who": "*", "to": "203.0.113.9", "every": "1s", "count": 3000})

    tuples = {(flow.source.name, flow.source_port, flow.address, flow.port) for flow in made.flows}
    assert len(tuples) == 9000


def test_flows_and_lookups_come_in_order_of_time():
    made = plan(
        {"do": "https", "who": "*", "to": "www.example.com", "at": "30m"},
        {"do": "https", "who": "*", "to": "api.example.com", "count": 9},
    )

    assert [flow.time for flow in made.flows] == sorted(flow.time for flow in made.flows)
    assert [lookup.time for lookup in made.lookups] == sorted(lookup.time for lookup in made.lookups)
