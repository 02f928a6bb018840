from __future__ import annotations

import json
from importlib import import_module

import pulumi
import pytest
from pydantic import ValidationError

from components.rules.catalog import CatalogError
from components.settings.load import SettingsError, known_keys, parse


def load(stack="dev", region="eu-west-1", given=(), **config):
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
    return parse(texts.get, project="inspected-egress", stack=stack, region=region, given=given)


def refused(**config):
    """The mistakes in the config, by key, as a person reads them."""
    with pytest.raises(SettingsError) as caught:
        load(**config)
    return {mistake.key: str(mistake) for mistake in caught.value.mistakes}


def test_an_empty_config_is_a_lab_in_one_zone():
    settings = load()
    assert (settings.layout, settings.zones, str(settings.vpc_cidr)) == ("single-vpc", 1, "10.0.0.0/16")
    assert (settings.alert_log, settings.flow_log) == ("cloudwatch", "s3")
    assert settings.rule_groups == {"tls-http-visibility": "alert", "hidden-names": "drop"}
    assert settings.s3_gateway_endpoint is True


def test_destinations_stay_visible_when_another_group_is_switched_on_unless_told_otherwise():
    assert load(rule_groups={"outside-resolvers": "drop"}).rule_groups == {
        "tls-http-visibility": "alert",
        "hidden-names": "drop",
        "outside-resolvers": "drop",
    }
    assert load(rule_groups={"tls-http-visibility": "off", "hidden-names": "alert"}).rule_groups == {
        "hidden-names": "alert"
    }


def test_settings_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        load().zones = 3


def test_all_mistakes_come_at_once_each_with_key_found_and_allowed():
    with pytest.raises(SettingsError) as caught:
        load(zones=4, vpc_cidr="10.0.0.0/30", alert_log="syslog")
    assert str(caught.value) == (
        "3 mistakes in the config of stack dev; nothing was created:\n"
        "  zones: found 4; allowed: 1 to 3\n"
        '  alert_log: found "syslog"; allowed: cloudwatch, s3, none\n'
        '  vpc_cidr: found "10.0.0.0/30"; allowed: a private IPv4 range from /16 to /24 that begins at its first '
        "address, such as 10.0.0.0/16"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("layout", "triangle"),
        ("owner", ""),
        ("zones", 0),
        ("zones", True),
        ("zones", "many"),
        ("zone_names", ["Ireland"]),
        ("zone_names", ["eu-west-1a", 2]),
        ("deny_domains", ["https://example.net/x"]),
        ("deny_domains", ["example.net", "EXAMPLE.net"]),
        ("deny_domains", "example.net"),
        ("allow_domains", ["*.example.net"]),
        ("rule_groups", {"no-such-group": "alert"}),
        ("rule_groups", {"tls-http-visibility": "drop"}),
        ("rule_groups", {"outside-resolvers": "deny"}),
        ("rule_groups", ["outside-resolvers"]),
        ("managed_rule_groups", {"MalwareDomainsStrictOrder": "alert"}),
        ("default_action", "drop_strict"),
        ("delete_protection", "yes"),
        ("log_retention_days", 42),
        ("alarm_email", "somebody"),
        ("slack_channel_id", "#alerts"),
        ("deny_action", "pass"),
        ("s3_endpoint_buckets", ["mine"]),
        ("s3_endpoint_buckets", {"Mine": "read"}),
        ("s3_endpoint_buckets", {"aws-patch-manager-*": "read"}),
        ("s3_endpoint_buckets", {"mine": "delete"}),
        ("s3_endpoint_buckets", {"ECR": "write"}),
        ("s3_endpoint_buckets", {f"bucket-{n}": "read" for n in range(81)}),
        ("architecture", "arm"),
        ("instance_type", "big"),
        ("sites", ["ftp://example.org/"]),
        ("sites", ["https://example.org/ --upload-file /etc/passwd"]),
        ("sites", ["$(reboot)"]),
        ("visit_rounds", 0),
        ("visit_pause_seconds", -1),
        ("vpc_cidr", "10.0.0.1/16"),
        ("vpc_cidr", "8.0.0.0/16"),
        ("vpc_cidr", "10.0.0.0/8"),
        ("vpc_cidr", "fd00::/56"),
        ("audit_schedule", "hourly"),
        ("audit_schedule", "rate(2 days)"),
        ("audit_schedule", "rate(1 hours)"),
        ("audit_schedule", "cron(0 6 * *)"),
        ("deny_countries", ["XX"]),
        ("deny_countries", ["kp", "KP"]),
        ("domain_categories", {"Malvare": "drop"}),
        ("domain_categories", {"Malware": "reject"}),
        ("partner_rule_groups", {"SomeStrictOrder": "drop"}),
        ("partner_rule_groups", {"arn:aws:network-firewall:us-east-1:p:stateful-rulegroup/Some": "drop"}),
        ("deep_threat_inspection", True),
        ("monitoring_dashboard", "yes"),
        ("more_vpcs", ["10.1.0.0/16"]),
        ("more_vpcs", {"Test": "10.1.0.0/16"}),
        ("more_vpcs", {"a-name-too-long": "10.1.0.0/16"}),
        ("more_vpcs", {"test": "10.1.0.0/25"}),
        ("more_vpcs", {"test": "10.0.128.0/20"}),
        ("more_vpcs", {"lab": "10.1.0.0/16"}),
        ("more_vpcs", {f"v{n}": f"10.{n}.0.0/16" for n in range(1, 6)}),
    ],
)
def test_each_wrong_value_is_named(key, value):
    mistakes = refused(**{key: value})
    assert {place.partition("[")[0].partition(".")[0] for place in mistakes} == {key}
    for place, mistake in mistakes.items():
        assert mistake.startswith(f"{place}: found ")
        assert "; allowed: " in mistake


@pytest.mark.parametrize(
    ("config", "key", "says"),
    [
        ({"zones": 2, "zone_names": ["eu-west-1a"]}, "zone_names", "as many names as zones says (2)"),
        ({"zone_names": ["us-east-1a"]}, "zone_names", "zones of eu-west-1"),
        ({"deny_domains": ["a.example"], "allow_domains": ["a.example"]}, "allow_domains", "does not name"),
        ({"alert_log": "s3", "alarm_email": "a@example.org"}, "alarm_email", "unless alert_log is cloudwatch"),
        ({"log_lock": "governance"}, "log_lock", "unless keep_logs is on"),
        (
            {"s3_gateway_endpoint": False, "s3_endpoint_buckets": {"SSM": "read"}},
            *("s3_endpoint_buckets", "unless s3_gateway_endpoint is on"),
        ),
        ({"slack_channel_id": "C07EZ1ABC23"}, "slack_workspace_id", "together, or neither"),
        ({"slack_workspace_id": "T07EA123LEP"}, "slack_channel_id", "together, or neither"),
        ({"audit_schedule": "rate(1 day)", "alert_log": "s3"}, "audit_schedule", "unless alert_log is cloudwatch"),
        ({"deep_threat_inspection": "off"}, "deep_threat_inspection", "unless managed_rule_groups has AttackInfra"),
        ({"monitoring_dashboard": True, "flow_log": "none"}, "monitoring_dashboard", "both go somewhere"),
        ({"more_vpcs": {"a": "10.1.0.0/16", "b": "10.1.4.0/24"}}, "more_vpcs.b", "apart from 10.1.0.0/16"),
        ({"instance_type": "t3.micro"}, "instance_type", "arm64"),
        ({"instance_type": "t4g.micro", "architecture": "x86_64"}, "instance_type", "x86_64"),
        ({"instance_type": "g6.xlarge"}, "instance_type", "arm64"),
        ({"sites": [f"https://example.org/{n:0500}" for n in range(20)]}, "sites", "6,000 characters"),
        ({"session_manager": True, "default_action": "drop_established"}, "session_manager", "ssm.eu-west-1.amazon"),
        ({"session_manager": True, "allow_domains": ["example.org"]}, "session_manager", "ssmmessages.eu-west-1"),
        ({"dns64": True}, "dns64", "unless ipv6 is on"),
    ],
)
def test_keys_that_contradict_each_other_are_named(config, key, says):
    mistakes = refused(**config)
    assert list(mistakes) == [key]
    assert says in mistakes[key]


@pytest.mark.parametrize(
    "config",
    [
        {"zones": 2, "zone_names": ["eu-west-1c", "eu-west-1a"]},
        {"instance_type": "c7gn.large"},
        {"instance_type": "g5g.xlarge"},
        {"instance_type": "g6.xlarge", "architecture": "x86_64"},
        {"slack_workspace_id": "T07EA123LEP", "slack_channel_id": "C07EZ1ABC23"},
        {"session_manager": True, "default_action": "drop_established", "allow_domains": [".eu-west-1.amazonaws.com"]},
        {"deny_domains": [".example.net"], "managed_rule_groups": {"MalwareDomains": "alert"}},
        {"vpc_cidr": "192.168.4.0/24"},
        {"log_lock": "versions"},
        {"ipv6": True, "dns64": True},
        {"log_lock": "compliance", "keep_logs": True},
    ],
)
def test_keys_that_agree_are_taken(config):
    assert load(**config)


def test_more_rule_groups_than_a_policy_holds_are_refused():
    mistakes = refused(
        managed_rule_groups=dict.fromkeys(
            (
                "AttackInfrastructure",
                "MalwareDomains",
                "BotNetCommandAndControlDomains",
                "AbusedLegitMalwareDomains",
                "AbusedLegitBotNetCommandAndControlDomains",
                *(
                    f"ThreatSignatures{kind}"
                    for kind in (
                        *("Botnet", "BotnetWeb", "BotnetWindows", "IOC", "DoS", "EmergingEvents", "Exploits"),
                        *("Malware", "MalwareCoinmining", "MalwareMobile", "MalwareWeb", "Phishing", "Scanners"),
                        "Suspect",
                    )
                ),
            ),
            "alert",
        )
    )
    assert 'found "23 groups"; allowed: at most 20' in mistakes["rule_groups"]


def test_more_rules_than_a_policy_holds_are_refused():
    large = ("AttackInfrastructure", *(f"ThreatSignatures{kind}" for kind in ("Malware", "MalwareWeb", "Exploits")))
    assert load(managed_rule_groups=dict.fromkeys(large, "alert"))
    mistakes = refused(managed_rule_groups=dict.fromkeys([*large, "ThreatSignaturesWebAttacks"], "alert"))
    assert mistakes["managed_rule_groups"].startswith(
        'managed_rule_groups: found "groups for 31,900 rules"; allowed: at most 30,000 in all'
    )


def test_a_mistake_in_a_key_is_not_told_a_second_time_as_a_contradiction():
    assert list(refused(zones=9, zone_names=["eu-west-1a", "eu-west-1b"])) == ["zones", "zone_names"]


def test_an_unknown_key_is_told_with_the_one_that_was_meant():
    with pytest.raises(SettingsError, match=r"zonez: .* did you mean zones\?"):
        load(given=["zonez", "zones"])


def test_a_key_of_another_layout_is_told_if_it_is_set_to_something_since_nothing_comes_of_it():
    assert {"vpc_cidr", "layout"} <= set(known_keys())
    texts = {"hub_cidr": "10.1.0.0/24", "spokes": '{"a": {"slot": 1}}', "workloads": "1", "nat": "zonal"}
    with pytest.raises(SettingsError) as caught:
        load(given=texts, **texts)
    assert [str(mistake) for mistake in caught.value.mistakes] == [
        'hub_cidr: found "10.1.0.0/24"; allowed: nothing in layout single-vpc: it is a key of hub-and-spoke',
        'spokes: found {"a": {"slot": 1}}; allowed: nothing in layout single-vpc: it is a key of hub-and-spoke',
    ]


def test_every_wrong_entry_of_a_list_is_told_by_its_place():
    assert list(refused(deny_domains=["a b", "good.example", 5, "*.evil.example"], sites=["ftp://a", "x", "y z"])) == [
        "deny_domains[0]",
        "deny_domains[2]",
        "deny_domains[3]",
        "sites[0]",
        "sites[2]",
    ]


@pytest.mark.parametrize(
    ("denied", "allowed", "told"),
    [
        (15_001, 0, {"deny_domains": 'found "15,001 domains"; allowed: at most 15,000'}),
        (15_000, 0, {"deny_domains": 'found "groups for 30,300 rules"'}),
        (0, 15_000, {"allow_domains": 'found "15,000 domains"; allowed: at most 14,999'}),
        (5_000, 9_000, {"allow_domains": "of which 25,600 are asked for here"}),
        (15_001, 15_000, {"deny_domains": "at most 15,000", "allow_domains": "at most 14,999"}),
    ],
)
def test_more_domains_than_aws_takes_are_told_under_the_key_that_has_them(denied, allowed, told):
    mistakes = refused(
        deny_domains=[f"d{number}.example" for number in range(denied)],
        allow_domains=[f"a{number}.example" for number in range(allowed)],
    )
    assert list(mistakes) == list(told)
    assert all(text in mistakes[key] for key, text in told.items())


@pytest.mark.parametrize("region", ["Ireland", "eu-west", "eu-west-1a", "eu_west_1"])
def test_a_region_that_can_be_none_is_told(region):
    with pytest.raises(SettingsError, match="aws:region: found"):
        load(region=region)


def test_a_message_is_short_and_can_be_written_anywhere():
    with pytest.raises(SettingsError) as caught:
        load(owner="\ud800", alarm_email="x" * 10_000, deny_addresses="[" * 50_000, zones="9" * 5_000)
    assert len(str(caught.value).encode()) < 2_000


def test_sites_become_urls():
    assert load(sites=["example.org", "http://example.net:8080/a?b=c&d=1"]).sites == (
        "https://example.org/",
        "http://example.net:8080/a?b=c&d=1",
    )


def test_domains_are_written_in_lower_case():
    assert load(deny_domains=[".Example.NET"]).deny_domains == (".example.net",)


def test_every_stack_has_a_name_prefix_of_its_own():
    stacks = ["dev", "Dev", "de.v", "de-v", "a-stack-with-a-long-name-1", "a-stack-with-a-long-name-2"]
    prefixes = [load(stack=stack).prefix for stack in stacks]
    assert prefixes[0] == "inspected-egress-dev"
    assert len(set(prefixes)) == len(stacks)
    assert all(len(prefix) <= 28 and prefix == prefix.lower() for prefix in prefixes)


def test_tags_name_project_stack_and_owner():
    assert load(owner="team blue").tags == {"project": "inspected-egress", "stack": "dev", "owner": "team blue"}


def test_a_rule_file_with_a_mistake_is_told_before_anything_is_created(monkeypatch):
    def broken():
        raise CatalogError("outside-resolvers.rules: line 3: unknown keyword contnt")

    monkeypatch.setattr(import_module("components.settings.load"), "catalog", broken)
    with pytest.raises(pulumi.RunError, match=r"nothing was created:\noutside-resolvers\.rules: line 3"):
        load()


def test_an_entry_may_be_called_like_the_validators_own_mark_for_a_key():
    told = refused(layout="hub-and-spoke", spokes={"b.c": {}, "[key]": {"slot": "x"}})
    assert list(told) == ["spokes.b.c", "spokes.[key]", "spokes.[key].slot"]
