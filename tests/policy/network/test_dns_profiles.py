"""A VPC takes DNS Firewall and query log from a Route 53 profile, if it is known what the profile holds."""

import pytest

from policy.egress.judging.proof import prove
from tests.policy.build import Made, Program, lab, made

ELSEWHERE = "rp-0123456789abcdef"
THEIR_GROUP = "arn:aws:route53resolver:eu-west-1:111122223333:firewall-rule-group/rslvr-frg-1"


def verdicts(program):
    return [(v.verdict.name, v.message) for v in prove(program.network()) if v.policy == "dns-firewall"]


def with_profile(*, preview=False, rules=True, log=True):
    program = lab(preview=preview)
    group = program.add("route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", "group")
    if rules:
        program.add("route53/resolverFirewallRule:ResolverFirewallRule", "rule", firewallRuleGroupId=group)
    queries = program.add("route53/resolverQueryLogConfig:ResolverQueryLogConfig", "queries")
    profile = program.add("route53/profilesProfile:ProfilesProfile", "profile")
    hold(program, profile, group)
    if log:
        hold(program, profile, queries)
    take(program, profile)
    return program


def hold(program: Program, profile, what):
    name = what.id if isinstance(what, Made) else "theirs"
    token = "route53/profilesResourceAssociation:ProfilesResourceAssociation"
    program.add(token, f"holds-{name}", profileId=profile, resourceArn=what)


def take(program: Program, profile):
    token = "route53/profilesAssociation:ProfilesAssociation"
    program.add(token, "takes", profileId=profile, resourceId=made(program, "vpc", "Vpc"))


@pytest.mark.parametrize("preview", [False, True])
def test_a_profile_guards_and_logs(preview):
    assert verdicts(with_profile(preview=preview)) == []


@pytest.mark.parametrize(("missing", "told"), [({"rules": False}, "no DNS Firewall"), ({"log": False}, "doesn't log")])
def test_a_profile_gives_no_more_than_it_holds(missing, told):
    ((verdict, message),) = verdicts(with_profile(**missing))
    assert verdict == "REFUTED"
    assert told in message


def test_what_somebody_elses_profile_holds_is_undecided():
    program = lab()
    take(program, ELSEWHERE)
    assert [verdict for verdict, _message in verdicts(program)] == ["UNDECIDED"]


def test_somebody_elses_profile_takes_nothing_from_what_the_vpc_has_itself():
    program = with_profile()
    token = "route53/profilesAssociation:ProfilesAssociation"
    program.add(token, "another", profileId=ELSEWHERE, resourceId=made(program, "vpc", "Vpc"))
    assert verdicts(program) == []


def test_a_rule_group_of_another_account_in_an_own_profile_guards():
    program = lab()
    profile = program.add("route53/profilesProfile:ProfilesProfile", "profile")
    hold(program, profile, THEIR_GROUP)
    take(program, profile)
    ((verdict, message),) = verdicts(program)
    assert verdict == "REFUTED"
    assert "no DNS Firewall" not in message


@pytest.mark.parametrize("guarded", [False, True])
def test_a_vpc_that_is_not_in_the_program_may_have_what_it_lacks_here_from_whoever_made_it(guarded):
    program = Program()
    subnet = program.add("ec2/subnet:Subnet", "work", vpcId="vpc-0123456789abcdef0", cidrBlock="10.0.1.0/24")
    program.add("ec2/instance:Instance", "app", subnetId=subnet, ami="ami-1")
    if guarded:
        program.add(
            "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
            "guards",
            vpcId="vpc-0123456789abcdef0",
            firewallRuleGroupId="rslvr-frg-0123456789abcdef",
        )
    ((verdict, message),) = verdicts(program)
    assert verdict == "UNDECIDED"
    assert "because it isn't in this program" in message
    assert ("no DNS Firewall" in message) is not guarded
    assert "doesn't log" in message
