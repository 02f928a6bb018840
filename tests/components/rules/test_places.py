"""Rules that ask AWS's databases: what is written, that AWS would take it, and that a laptop says it can't judge it."""

from __future__ import annotations

import re

from components.rules.lint import lint
from components.rules.places import CATEGORIES, COUNTRIES, category_rules, denied_countries
from components.rules.selection import RuleSelection, plan_groups, plan_managed_groups


def test_every_country_and_every_category_is_a_rule_that_aws_takes():
    text = denied_countries(sorted(COUNTRIES), "reject") + category_rules(dict.fromkeys(CATEGORIES, "drop"))
    assert lint(text) == []
    named = [
        code
        for codes in re.findall(r"^drop ip .*geoip:dst,([A-Z,]+);", text, re.MULTILINE)
        for code in codes.split(",")
    ]
    assert named == sorted(COUNTRIES)
    assert max(len(codes.split(",")) for codes in re.findall(r"geoip:dst,([A-Z,]+);", text)) <= 64


def test_a_category_is_asked_for_in_tls_and_http_and_keeps_its_number():
    alone = category_rules({"Phishing": "drop"})
    assert [line.split()[:2] for line in alone.splitlines()] == [["drop", "tls"], ["drop", "http"]]
    assert set(alone.splitlines()) < set(category_rules({"Malware": "alert", "Phishing": "drop"}).splitlines())


def test_groups_are_there_only_when_config_names_something():
    plain = {group.name for group in plan_groups(RuleSelection())}
    more = RuleSelection(deny_countries=["KP"], domain_categories={"Malware": "alert"})
    assert {group.name for group in plan_groups(more)} - plain == {"deny-countries", "domain-categories"}


def test_only_the_group_that_has_deep_threat_inspection_is_told_of_it():
    arn = "arn:aws:network-firewall:eu-west-1:p:stateful-rulegroup/Some"
    selection = RuleSelection(
        managed_groups={"MalwareDomains": "drop", "AttackInfrastructure": "drop"},
        partner_groups={arn: "alert"},
        deep_threat_inspection="off",
    )
    told = {group.name: group.deep_threat_inspection for group in plan_managed_groups(selection)}
    assert told == {"MalwareDomains": None, "AttackInfrastructure": False, arn: None}


def test_wrong_names_are_told():
    wrong = RuleSelection(deny_countries=["XX"], domain_categories={"Malvare": "drop"}).mistakes()
    assert wrong[0] == "there is no country XX"
    assert wrong[1].startswith("there is no domain category Malvare")


def test_a_laptop_says_by_rule_what_it_cannot_judge(suricata, tmp_path):
    text = denied_countries(["KP"], "drop") + category_rules({"Command and Control": "drop"})
    assert list(suricata.refused(text, tmp_path)) == [1, 2, 3]
