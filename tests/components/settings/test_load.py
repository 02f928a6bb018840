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
    ],
)
def test_each_wrong_value_is_named(key, value):
    mistakes = refused(**{key: value})
    assert list(mistakes) == [key]
    assert mistakes[key].startswith(f"{key}: found ")
    assert "; allowed: " in mistakes[key]


@pytest.mark.parametrize(
    ("config", "key", "says"),
    [
        ({"zones": 2, "zone_names": ["eu-west-1a"]}, "zone_names", "as many names as zones says (2)"),
        ({"zone_names": ["us-east-1a"]}, "zone_names", "zones of eu-west-1"),
        ({"deny_domains": ["a.example"], "allow_domains": ["a.example"]}, "allow_domains", "does not name"),
        ({"alert_log": "s3", "alarm_email": "a@example.org"}, "alarm_email", "unless alert_log is cloudwatch"),
        ({"slack_channel_id": "C07EZ1ABC23"}, "slack_workspace_id", "together, or neither"),
        ({"slack_workspace_id": "T07EA123LEP"}, "slack_channel_id", "together, or neither"),
        ({"instance_type": "t3.micro"}, "instance_type", "arm64"),
        ({"instance_type": "t4g.micro", "architecture": "x86_64"}, "instance_type", "x86_64"),
        ({"instance_type": "g6.xlarge"}, "instance_type", "arm64"),
        ({"sites": [f"https://example.org/{n:0500}" for n in range(20)]}, "sites", "6,000 characters"),
        ({"session_manager": True, "default_action": "drop_established"}, "session_manager", "ssm.eu-west-1.amazon"),
        ({"session_manager": True, "allow_domains": ["example.org"]}, "session_manager", "ssmmessages.eu-west-1"),
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
    assert mistakes["managed_rule_groups"].endswith('"groups for 31,900 rules"; allowed: at most 30,000 in all')


def test_a_mistake_in_a_key_is_not_told_a_second_time_as_a_contradiction():
    assert list(refused(zones=9, zone_names=["eu-west-1a", "eu-west-1b"])) == ["zones", "zone_names"]


def test_an_unknown_key_is_told_with_the_one_that_was_meant():
    with pytest.raises(SettingsError, match=r"zonez: .* did you mean zones\?"):
        load(given=["zonez", "zones"])


def test_a_key_of_another_layout_is_known():
    assert {"vpc_cidr", "layout"} <= set(known_keys())


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
