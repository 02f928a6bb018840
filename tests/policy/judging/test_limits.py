from policy.egress.budget import Limits
from policy.egress.judging.config import Config
from policy.egress.judging.finding import Verdict
from policy.egress.judging.proof import Proof, prove
from policy.egress.network import build
from policy.egress.policies import POLICIES
from tests.policy.build import lab

EGRESS, LOGS = POLICIES["egress-through-firewall"], POLICIES["firewall-logs"]


def limited(name, **limits):
    return Config.parse({name: {"limits": limits}})


def test_a_program_beyond_a_policys_limit_leaves_that_policy_undecided_and_mandatory():
    network = lab().network()
    proof = Proof(network, limited(EGRESS.name, resources=3))
    [violation] = proof.judge(EGRESS)
    assert (violation.level, violation.verdict) == ("mandatory", Verdict.UNDECIDED)
    assert f"the program has {network.resources} resources, and no more than 3 are judged" in violation.message
    assert proof.judge(LOGS) == []


def test_a_walk_that_runs_out_of_time_is_undecided_and_says_where_the_work_is():
    proof = Proof(lab().network(), limited(EGRESS.name, seconds=1e-9))
    [violation] = proof.judge(EGRESS)
    assert violation.verdict is Verdict.UNDECIDED
    assert "undecided, because the proof was given 1e-09 s and didn't end" in violation.message
    assert "most of them" in violation.message
    assert "at work" in violation.message
    assert proof.judge(LOGS) == []


def test_a_program_that_is_too_large_or_too_slow_to_read_is_undecided_for_every_policy():
    registered = lab().registrations
    for limits, because in (
        (Limits(resources=3), f"the program has {len(registered)} resources, more than the 3 that are judged"),
        (Limits(seconds=1e-9), f"while {len(registered)} resources were read"),
    ):
        found = prove(build(registered, limits))
        assert {violation.policy for violation in found} == set(POLICIES)
        assert all(violation.verdict is Verdict.UNDECIDED and because in violation.message for violation in found)
        assert {v.level for v in found} == {"mandatory", "advisory"}


def test_reading_takes_what_the_most_generous_policy_allows():
    config = limited(EGRESS.name, resources=10.0, seconds=300)
    assert config.of(EGRESS).limits == Limits(resources=10, seconds=300)
    assert config.of(LOGS).limits == Limits()
    assert config.widest == Limits(Limits().resources, 300)
