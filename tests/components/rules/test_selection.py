from __future__ import annotations

from components.rules.addresses import DENY_ADDRESSES, EMPTY_DENY_ADDRESSES, VARIABLE, address_set, too_long
from components.rules.catalog import catalog
from components.rules.domains import DomainList
from components.rules.ipv6_inside import IPV6_INSIDE, MAX_SPOKES
from components.rules.lint import lint
from components.rules.selection import (
    ALLOW_PRIORITY,
    DENY_PRIORITY,
    VISIBILITY_GROUP,
    RuleSelection,
    count_groups,
    keeping_ipv6_inside,
    plan_groups,
    plan_managed_groups,
)


def everything():
    return RuleSelection(
        groups={name: group.levels[-1] for name, group in catalog().items()},
        managed_groups={"MalwareDomains": "drop", "AttackInfrastructure": "alert"},
        deny_domains=["example.net"],
        allow_domains=["example.org"],
    )


def test_what_a_person_denied_comes_first_and_what_passes_comes_last():
    selection = everything()
    order = [
        name
        for _, name in sorted(
            [(group.priority, group.name) for group in plan_groups(selection)]
            + [(group.priority, group.name) for group in plan_managed_groups(selection)]
        )
    ]
    assert order[:2] == ["deny-domains", "deny-addresses"]
    assert order[-2:] == [VISIBILITY_GROUP, "allow-domains"]
    assert order.index("hidden-names") > order.index("outside-resolvers"), "what it drops is told by its kin before"
    assert set(order[2:-2]) == {*catalog(), "MalwareDomains", "AttackInfrastructure"} - {VISIBILITY_GROUP}


def test_no_two_groups_have_the_same_priority():
    selection = everything()
    priorities = [group.priority for group in (*plan_groups(selection), *plan_managed_groups(selection))]
    assert len(set(priorities)) == len(priorities)
    assert min(priorities) == DENY_PRIORITY
    assert max(priorities) == ALLOW_PRIORITY


def test_a_group_is_rendered_at_its_level():
    (plain,) = [
        group for group in plan_groups(RuleSelection(groups={"outside-resolvers": "drop"})) if "out" in group.name
    ]
    (quiet,) = [
        group for group in plan_groups(RuleSelection(groups={"outside-resolvers": "alert"})) if "out" in group.name
    ]
    assert "\ndrop " in plain.body
    assert "\ndrop " not in quiet.body


def test_a_group_that_is_not_named_is_off():
    assert [group.name for group in plan_groups(RuleSelection(groups={}))] == ["deny-domains", "deny-addresses"]


def test_an_allow_list_needs_a_name():
    names = {group.name: group.body for group in plan_groups(RuleSelection(allow_domains=["example.org"]))}
    assert names["allow-domains"] == DomainList("ALLOWLIST", ("example.org",))
    assert "allow-domains" not in {group.name for group in plan_groups(RuleSelection())}


def test_capacity_has_room_for_more_than_there_is():
    for group in plan_groups(everything()):
        rules = group.body.rule_count if isinstance(group.body, DomainList) else group.body.count("sid:")
        assert group.capacity > rules


def test_all_groups_count_against_the_quota():
    assert count_groups(everything()) == len(catalog()) + 5


def test_denied_addresses_are_the_set_that_the_only_rule_of_their_group_reads():
    def group(*addresses):
        return {each.name: each for each in plan_groups(RuleSelection(deny_addresses=addresses))}["deny-addresses"]

    denied = group("203.0.113.66/32", "2001:db8::7/128").ip_sets
    # The firewall stands before the NAT gateway, so that an IPv4 address may come to it in NAT64's prefix.
    wanted = ("203.0.113.66/32", "64:ff9b::cb00:7142/128", "2001:db8::7/128")
    assert denied == {"DENIED_ADDRESSES": wanted}
    assert group().ip_sets == {"DENIED_ADDRESSES": EMPTY_DENY_ADDRESSES}, "AWS takes no empty set"
    assert lint(group().body, group().ip_sets) == []


def test_a_set_that_its_rule_has_no_room_for_is_known_before_aws_refuses_it():
    many = [f"203.0.{number // 256}.{number % 256}/32" for number in range(600)]
    most = max(count for count in range(len(many)) if not too_long(many[:count]))
    assert lint(DENY_ADDRESSES, {VARIABLE: address_set(many[:most])}) == []
    assert lint(DENY_ADDRESSES, {VARIABLE: address_set(many[: most + 3])}) != []


def test_what_is_denied_can_be_rejected_so_that_clients_know_at_once():
    plain, rejecting = plan_groups(RuleSelection()), plan_groups(RuleSelection(deny_action="reject"))
    before, now = ({group.name: group for group in groups} for groups in (plain, rejecting))
    assert (before["deny-domains"].body.type, now["deny-domains"].body.type) == ("DENYLIST", "REJECTLIST")
    rules = now["deny-addresses"].body
    assert [line.split()[:2] for line in rules.splitlines()] == [["reject", "tcp"], ["drop", "ip"]]
    assert lint(rules, now["deny-addresses"].ip_sets) == []
    assert {name: group.capacity for name, group in now.items()} == {n: group.capacity for n, group in before.items()}
    assert RuleSelection(deny_action="pass").mistakes() == ["deny_action can be drop or reject"]


def test_ipv6_stays_inside_where_a_hub_has_no_way_out_for_it():
    plain, inside = plan_groups(RuleSelection()), plan_groups(keeping_ipv6_inside(RuleSelection()))
    (added,) = (group for group in inside if group not in plain)
    assert (added.name, added.ip_sets) == ("ipv6-inside", {"IPV6_SPOKES": ("2001:db8::/128",)})
    assert added.body == IPV6_INSIDE
    assert lint(added.body, added.ip_sets) == []


def test_the_ranges_that_a_rule_of_ipv6_inside_has_room_for_are_counted_as_aws_does():
    ranges = [f"2a05:d018:{number:04x}:ab00::/56" for number in range(2 * MAX_SPOKES)]
    assert lint(IPV6_INSIDE, {"IPV6_SPOKES": ranges[:MAX_SPOKES]}) == []
    assert lint(IPV6_INSIDE, {"IPV6_SPOKES": ranges}) != []
