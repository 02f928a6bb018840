"""Rules as Network Firewall takes and refuses them, and the capacity that they use."""

from __future__ import annotations

import pytest

from localaws.services.core import AwsError
from localaws.services.networkfirewall.rules import consumed_capacity, split_rules

TLS = 'alert tls $HOME_NET any -> $EXTERNAL_NET any (msg:"a; b"; tls.sni; content:"x"; sid:1; rev:1;)'


def text(rules, **more):
    return {"RulesSource": {"RulesString": rules}, **more}


def test_rules_are_counted_without_comments_blank_lines_and_continuations():
    rules = f"# a comment\n\n{TLS}\ndrop tcp any any -> any 22 \\\n  (sid:2;)\n"
    assert consumed_capacity("STATEFUL", text(rules)) == 2
    assert len(list(split_rules(rules))) == 2


@pytest.mark.parametrize(
    "options",
    [
        "geoip:dst,KP,SY",
        "geoip:any,!DE",
        "aws_domain_category:Malware,Command and Control",
        "aws_domain_category:Email",
    ],
)
def test_rules_that_ask_awss_databases_are_taken(options):
    rule = f'drop tls any any -> any any (msg:"geoip:nowhere; aws_url_category:x"; {options}; sid:1;)'
    assert consumed_capacity("STATEFUL", text(rule)) == 1


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("alert tls any any -> any any (sid:1)", "no semicolon"),
        ("block tls any any -> any any (sid:1;)", "action block"),
        ("alert sctp any any -> any any (sid:1;)", "protocol sctp"),
        ("alert tcp any any <- any any (sid:1;)", "direction"),
        ("alert tcp any any (sid:1;)", "it is not"),
        ('alert tcp any any -> any any (msg:"x";)', "exactly one sid"),
        ("alert tcp any any -> any any (sid:1; sid:2;)", "exactly one sid"),
        ("alert tcp $NOWHERE any -> any any (sid:1;)", "undefined variable $NOWHERE"),
        ("alert tcp any $PORTS -> any any (sid:1;)", "undefined variable $PORTS"),
        ("alert tcp @LIST any -> any any (sid:1;)", "undefined IP set reference @LIST"),
        ("alert tcp any any -> any any (lua:x; sid:1;)", "keyword lua"),
        ("alert http any any -> any any (dataset:isset,x; sid:1;)", "keyword dataset"),
        ("alert http any any -> any any (file.name; sid:1;)", "keyword file.name"),
        ("drop ip any any -> any any (geoip:dst,KPX; sid:1;)", "country codes"),
        ("drop ip any any -> any any (geoip:KP; sid:1;)", "src, dst, both or any"),
        ("drop tcp any any -> any any (aws_domain_category:Malware; sid:1;)", "for http and tls, not tcp"),
        ("drop tls any any -> any any (aws_url_category:Malware; sid:1;)", "for http, not tls"),
        ("drop tls any any -> any any (geoip:dst,KP; aws_domain_category:Malware; sid:1;)", "can't be in one rule"),
        ("drop tls any any -> any any (aws_domain_category:; sid:1;)", "takes categories"),
        (f'alert tcp any any -> any any (msg:"{"x" * 8200}"; sid:1;)', "8192"),
    ],
)
def test_a_rule_that_aws_refuses_is_refused_with_its_reason(rule, reason):
    with pytest.raises(AwsError, match="stateful rule is invalid") as caught:
        consumed_capacity("STATEFUL", text(rule))
    assert caught.value.code == "InvalidRequestException"
    assert reason in caught.value.message


def test_the_same_sid_twice_is_refused():
    with pytest.raises(AwsError, match="duplicate sid 1"):
        consumed_capacity("STATEFUL", text(f"{TLS}\n{TLS}"))


def test_variables_that_a_group_declares_can_be_used_in_it():
    rule = "alert tcp $SERVERS any -> any $WEB (sid:1;)"
    variables = {
        "IPSets": {"SERVERS": {"Definition": ["10.0.0.0/8"]}},
        "PortSets": {"WEB": {"Definition": ["80", "443:445"]}},
    }
    assert consumed_capacity("STATEFUL", text(rule, RuleVariables=variables)) == 1


@pytest.mark.parametrize(
    "variables",
    [
        {"IPSets": {"X": {"Definition": []}}},
        {"IPSets": {"X": {"Definition": ["10.0.0.0/33"]}}},
        {"PortSets": {"X": {"Definition": ["70000"]}}},
    ],
)
def test_a_variable_without_meaning_is_refused(variables):
    with pytest.raises(AwsError):
        consumed_capacity("STATEFUL", text(TLS, RuleVariables=variables))


@pytest.mark.parametrize(("kind", "types", "capacity"), [("DENYLIST", 1, 2), ("DENYLIST", 2, 4), ("ALLOWLIST", 2, 6)])
def test_a_domain_list_is_a_rule_per_name_and_type_and_an_allow_list_one_more_per_type(kind, types, capacity):
    source = {
        "Targets": ["example.net", ".example.org"],
        "TargetTypes": ["TLS_SNI", "HTTP_HOST"][:types],
        "GeneratedRulesType": kind,
    }
    assert consumed_capacity("STATEFUL", {"RulesSource": {"RulesSourceList": source}}) == capacity


@pytest.mark.parametrize("target", ["*.example.net", "https://example.net", "exam ple.net", ".", ""])
def test_a_target_that_is_no_domain_is_refused(target):
    source = {"Targets": [target], "TargetTypes": ["TLS_SNI"], "GeneratedRulesType": "DENYLIST"}
    with pytest.raises(AwsError, match="domain name"):
        consumed_capacity("STATEFUL", {"RulesSource": {"RulesSourceList": source}})


def stateless(match, actions=("aws:drop",), priorities=(1,)):
    rules = [
        {"Priority": priority, "RuleDefinition": {"MatchAttributes": match, "Actions": list(actions)}}
        for priority in priorities
    ]
    return {"RulesSource": {"StatelessRulesAndCustomActions": {"StatelessRules": rules}}}


def test_stateless_capacity_is_the_product_of_the_settings():
    match = {
        "Sources": [{"AddressDefinition": "10.0.0.0/8"}, {"AddressDefinition": "192.168.0.0/16"}],
        "DestinationPorts": [
            {"FromPort": 22, "ToPort": 22},
            {"FromPort": 80, "ToPort": 80},
            {"FromPort": 443, "ToPort": 443},
        ],
        "Protocols": [6],
    }
    assert consumed_capacity("STATELESS", stateless(match, priorities=(1, 2))) == 12


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (stateless({}, priorities=(1, 1)), "unique"),
        (stateless({}, actions=("aws:drop", "aws:pass")), "exactly one"),
        (stateless({}, actions=("aws:drop", "count")), "no such custom action"),
        (stateless({"SourcePorts": [{"FromPort": 1, "ToPort": 2}], "Protocols": [1]}), "TCP"),
        (stateless({"SourcePorts": [{"FromPort": 3, "ToPort": 2}]}), "above"),
    ],
)
def test_stateless_rules_that_contradict_themselves_are_refused(content, words):
    with pytest.raises(AwsError, match=words):
        consumed_capacity("STATELESS", content)


def five_tuple(**header):
    full = {
        "Protocol": "TCP",
        "Source": "$HOME_NET",
        "SourcePort": "ANY",
        "Direction": "FORWARD",
        "Destination": "ANY",
        "DestinationPort": "443",
        **header,
    }
    return {"Action": "DROP", "Header": full, "RuleOptions": [{"Keyword": "sid", "Settings": ["1"]}]}


def test_five_tuple_rules_use_one_each():
    assert consumed_capacity("STATEFUL", {"RulesSource": {"StatefulRules": [five_tuple()]}}) == 1


@pytest.mark.parametrize("header", [{"Source": "$OTHER"}, {"Destination": "10.0.0"}, {"DestinationPort": "https"}])
def test_five_tuple_rules_with_a_bad_header_are_refused(header):
    with pytest.raises(AwsError):
        consumed_capacity("STATEFUL", {"RulesSource": {"StatefulRules": [five_tuple(**header)]}})


def test_a_source_that_does_not_fit_the_type_is_refused():
    with pytest.raises(AwsError, match="not valid for a rule group of type STATELESS"):
        consumed_capacity("STATELESS", text(TLS))
    with pytest.raises(AwsError, match="Exactly one"):
        consumed_capacity("STATEFUL", {"RulesSource": {}})
