import datetime as dt

import pytest

from policy.egress.judging.config import Config, ConfigError
from policy.egress.judging.proof import prove
from tests.policy.build import lab

POLICY = "s3-gateway-endpoint"
TODAY = dt.date(2030, 1, 15)


def judged(exemption):
    config = Config.parse({POLICY: {"exemptions": [exemption]}}, TODAY)
    return [v for v in prove(lab(s3=False).network(), config) if v.policy == POLICY]


def test_an_exemption_by_pattern_accepts_its_violation():
    assert judged({"resource": "wo*", "reason": "no S3 here"}) == []


def test_an_exemption_that_ended_no_longer_counts_and_says_so():
    violation, remark = judged({"resource": "work", "reason": "until the move", "until": "2030-01-14"})
    assert violation.level == "mandatory"
    assert (remark.level, remark.urn) == ("advisory", None)
    assert "ended on 2030-01-14" in remark.message


def test_an_exemption_holds_through_its_last_day():
    assert judged({"resource": "work", "reason": "until the move", "until": "2030-01-15"}) == []


def test_an_exemption_that_matches_nothing_is_told():
    violation, remark = judged({"resource": "gone", "reason": "long ago"})
    assert violation.level == "mandatory"
    assert "gone (long ago) matches nothing any more" in remark.message


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"no-such-policy": "mandatory"}, "there is no policy 'no-such-policy'"),
        ({POLICY: "sometimes"}, "enforcementLevel is one of .* found 'sometimes'"),
        ({POLICY: {"colour": "red"}}, "has an unknown key 'colour'"),
        ({POLICY: {"exemptions": [{"resource": "x"}]}}, "exemptions, entry 1, needs 'reason'"),
        ({POLICY: {"exemptions": [{"reason": "x"}]}}, "exemptions, entry 1, needs 'resource'"),
        ({POLICY: {"exemptions": [{"resource": "x", "reason": "y", "until": "soon"}]}}, "until is a date like"),
        (
            {"egress-through-firewall": {"onPremisesExits": "maybe"}},
            "onPremisesExits is one of 'allowed', 'refused', found 'maybe'",
        ),
        ({"firewall-logs": {"requiredLogTypes": ["NOISE"]}}, "requiredLogTypes, entry 1, is one of .* found 'NOISE'"),
        ({"egress-through-firewall": {"trusted": "tgw-1"}}, "trusted is a list, found 'tgw-1'"),
        ({POLICY: {"exemptions": [{"resource": "x", "reason": " "}]}}, "reason is empty"),
        (
            {POLICY: {"exemptions": [{"resource": "x", "reason": "y", "until": 20300101}]}},
            "until is a text, found 20300101",
        ),
        ({"all": {"trusted": []}}, "has an unknown key 'trusted'"),
        ({POLICY: 3}, "is an object, found 3"),
        ([], "is an object"),
    ],
)
def test_a_wrong_configuration_is_refused_with_what_is_wrong(given, told):
    with pytest.raises(ConfigError, match=told):
        Config.parse(given)


def test_all_mistakes_are_told_at_once():
    with pytest.raises(ConfigError) as refused:
        Config.parse({"one": "mandatory", POLICY: "sometimes"})
    assert str(refused.value).count("\n") == 2


def test_levels_are_the_configs_to_set():
    config = Config.parse({"all": "advisory", POLICY: "disabled"})
    found = prove(lab(s3=False, back=False).network(), config)
    assert {v.level for v in found} == {"advisory"}
    assert POLICY not in {v.policy for v in found}
