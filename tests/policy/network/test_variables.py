"""HOME_NET and EXTERNAL_NET, however they are written."""

import pytest

from policy.egress.addresses import AddressSet
from policy.egress.judging.proof import prove
from policy.egress.network.model import EXTERNAL_NET, HOME_NET
from policy.egress.program.snapshot import UNKNOWN
from tests.policy.build import SOUND_POLICY, Program, lab, made


def with_variables(variables, *, preview=False, **rules):
    """The lab, whose firewall has a domain list and these variables of its policy."""
    program = lab(preview=preview)
    group = program.add(
        "networkfirewall/ruleGroup:RuleGroup",
        "group",
        type="STATEFUL",
        ruleGroup={"rulesSource": {"rulesSourceList": {"targets": [".example.com"]}}, **rules},
    )
    policy = made(program, "policy")
    value = {
        **SOUND_POLICY,
        "statefulRuleGroupReferences": [{"resourceArn": group}],
        "policyVariables": {"ruleVariables": variables},
    }
    named = Program(preview)
    named.add("networkfirewall/firewallPolicy:FirewallPolicy", "policy", firewallPolicy=value)
    program.registrations = [named.registrations[0] if r.urn == policy.urn else r for r in program.registrations]
    return program


def read(program):
    (firewall,) = program.network().firewalls.values()
    return firewall.policy


def found(program):
    return [
        (v.verdict.value, *v.subnet_names) for v in prove(program.network()) if v.policy == "home-net-covers-workloads"
    ]


@pytest.mark.parametrize(
    "variables",
    [
        [{"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/16"]}}],
        [{"key": "HOME_NET", "ipSet": {"definition": ["10.0.0.0/16"]}}],
        [{"key": "HOME_NET", "ipSet": {"definition": "10.0.0.0/16"}}],
        [{"key": "HOME_NET", "ipSet": [{"definition": ["10.0.0.0/16"]}]}],
        {"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/16"]}},
        {"HOME_NET": {"definition": ["10.0.0.0/16"]}},
    ],
)
def test_a_variable_is_read_as_the_provider_the_api_and_older_states_spell_it(variables):
    program = with_variables(variables)
    assert read(program).variables[HOME_NET].addresses == AddressSet.of("10.0.0.0/16")
    assert found(program) == []


@pytest.mark.parametrize(
    ("home", "external", "verdicts"),
    [
        (["0.0.0.0/0"], None, [("refuted", "work")]),
        (["0.0.0.0/1", "128.0.0.0/1", "::/0"], None, [("refuted", "work")]),
        (["10.0.0.0/8"], ["172.16.0.0/12", "192.168.0.0/16"], [("refuted", "work")]),
        (["10.0.0.0/8"], [], [("refuted", "work")]),
        (["10.0.0.0/8"], [UNKNOWN], [("undecided", "work")]),
        (["10.0.0.0/8"], ["0.0.0.0/0"], []),
        (["0.0.0.0/0"], ["0.0.0.0/0"], []),
        (["10.0.0.0/8", "8.0.0.0/7"], None, []),
    ],
)
def test_external_net_is_to_hold_some_internet(home, external, verdicts):
    variables = [{"key": "HOME_NET", "ipSet": {"definitions": home}}]
    if external is not None:
        variables.append({"key": "EXTERNAL_NET", "ipSet": {"definitions": external}})
    assert found(with_variables(variables)) == verdicts
    # A rule group's own come before its policy's.
    sound = [{"key": "HOME_NET", "ipSet": {"definitions": ["10.0.0.0/8"]}}]
    assert found(with_variables(sound, ruleVariables={"ipSets": variables})) == verdicts


def test_rules_that_never_say_external_net_do_without():
    program = with_variables([{"key": "HOME_NET", "ipSet": {"definitions": ["0.0.0.0/0"]}}])
    rules = {"rulesSource": {"rulesString": "drop tcp $HOME_NET any -> any any (sid:1;)"}}
    program.registrations = [
        type(r)(r.urn, r.type, r.name, {"type": "STATEFUL", "ruleGroup": rules}, {}, r.id) if r.name == "group" else r
        for r in program.registrations
    ]
    assert read(program).groups[0].uses == {HOME_NET}
    assert found(program) == []


def test_a_firewall_that_nobody_in_sight_sends_to_is_judged_by_itself():
    program = with_variables([{"key": "HOME_NET", "ipSet": {"definitions": ["0.0.0.0/0"]}}])
    program.registrations = [r for r in program.registrations if r.name != "work-to-0.0.0.0/0"]
    assert found(program) == [("refuted", "fw")]


def test_variables_that_are_not_known_are_undecided():
    program = with_variables(UNKNOWN)
    assert {name: bool(variable.doubt) for name, variable in read(program).variables.items()} == {
        HOME_NET: True,
        EXTERNAL_NET: True,
    }
    assert {verdict for verdict, *_names in found(program)} == {"undecided"}
