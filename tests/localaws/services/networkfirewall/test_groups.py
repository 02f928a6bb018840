"""Rule groups through boto3."""

from __future__ import annotations

from tests.localaws.services.networkfirewall.conftest import RULE


def rules(count):
    return "\n".join(RULE.replace("sid:1;", f"sid:{index};") for index in range(1, count + 1))


def test_a_group_is_described_as_it_was_made(firewalls, make_group):
    arn = make_group(Description="TLS", Tags=[{"Key": "stack", "Value": "test"}])
    answer = firewalls.describe_rule_group(RuleGroupArn=arn)
    group = answer["RuleGroupResponse"]
    assert (group["RuleGroupName"], group["Capacity"], group["ConsumedCapacity"]) == ("group", 10, 1)
    assert (group["Description"], group["RuleGroupStatus"], group["NumberOfAssociations"]) == ("TLS", "ACTIVE", 0)
    assert group["Tags"] == [{"Key": "stack", "Value": "test"}]
    assert group["EncryptionConfiguration"]["Type"] == "AWS_OWNED_KMS_KEY"
    assert answer["RuleGroup"]["RulesSource"]["RulesString"] == RULE
    assert firewalls.describe_rule_group_metadata(RuleGroupArn=arn)["StatefulRuleOptions"] == {
        "RuleOrder": "STRICT_ORDER"
    }


def test_more_rules_than_capacity_are_refused_at_creation_and_at_update(firewalls, make_group, refused):
    with refused("InvalidRequestException", "use 3, the rule group has 2"):
        make_group(rules=rules(3), capacity=2)
    arn = make_group(rules=rules(2), capacity=2)
    token = firewalls.describe_rule_group(RuleGroupArn=arn)["UpdateToken"]
    with refused("InvalidRequestException", "use 3, the rule group has 2"):
        firewalls.update_rule_group(
            RuleGroupArn=arn,
            UpdateToken=token,
            RuleGroup={"RulesSource": {"RulesString": rules(3)}, "StatefulRuleOptions": {"RuleOrder": "STRICT_ORDER"}},
        )


def test_an_update_needs_the_newest_token_and_keeps_the_rule_order(firewalls, make_group, refused):
    arn = make_group()
    old = firewalls.describe_rule_group(RuleGroupArn=arn)["UpdateToken"]
    content = {"RulesSource": {"RulesString": rules(2)}, "StatefulRuleOptions": {"RuleOrder": "STRICT_ORDER"}}
    new = firewalls.update_rule_group(RuleGroupArn=arn, UpdateToken=old, RuleGroup=content)["UpdateToken"]
    assert new != old
    with refused("InvalidTokenException"):
        firewalls.update_rule_group(RuleGroupArn=arn, UpdateToken=old, RuleGroup=content)
    with refused("InvalidRequestException", "rule order"):
        firewalls.update_rule_group(RuleGroupArn=arn, UpdateToken=new, Rules=rules(1))
    assert firewalls.describe_rule_group(RuleGroupArn=arn)["RuleGroupResponse"]["ConsumedCapacity"] == 2


def test_a_name_can_be_used_once_and_must_be_made_of_letters_digits_and_hyphens(make_group, refused):
    make_group()
    with refused("InvalidRequestException", "already exists"):
        make_group()
    with refused("InvalidRequestException", "regular expression pattern: ^[a-zA-Z0-9-]+$"):
        make_group("my_group")


def test_a_group_in_use_cannot_be_deleted(firewalls, make_group, make_policy, refused):
    arn = make_group()
    make_policy(StatefulRuleGroupReferences=[{"ResourceArn": arn, "Priority": 1}])
    with refused("InvalidOperationException", "Unable to delete the object because it is still in use"):
        firewalls.delete_rule_group(RuleGroupArn=arn)
    firewalls.delete_firewall_policy(FirewallPolicyName="policy")
    assert firewalls.delete_rule_group(RuleGroupArn=arn)["RuleGroupResponse"]["RuleGroupStatus"] == "DELETING"
    with refused("ResourceNotFoundException"):
        firewalls.describe_rule_group(RuleGroupArn=arn)


def test_a_dry_run_changes_nothing(firewalls, make_group):
    make_group(DryRun=True)
    assert firewalls.list_rule_groups()["RuleGroups"] == []


def test_groups_are_listed_in_pages_and_managed_ones_by_their_real_names(firewalls, make_group):
    for index in range(3):
        make_group(f"group-{index}")
    first = firewalls.list_rule_groups(MaxResults=2)
    second = firewalls.list_rule_groups(MaxResults=2, NextToken=first["NextToken"])
    names = [group["Name"] for group in first["RuleGroups"] + second["RuleGroups"]]
    assert (names, "NextToken" in second) == (["group-0", "group-1", "group-2"], False)
    lists = firewalls.list_rule_groups(Scope="MANAGED", ManagedType="AWS_MANAGED_DOMAIN_LISTS")["RuleGroups"]
    assert "MalwareDomainsStrictOrder" in {group["Name"] for group in lists}
    assert len(lists) == 8


def test_an_own_key_must_exist(aws, make_group, refused):
    with refused("InvalidRequestException", "KMS key"):
        make_group(EncryptionConfiguration={"Type": "CUSTOMER_KMS", "KeyId": "11111111-2222-3333-4444-555555555555"})
    key = aws("kms").create_key()["KeyMetadata"]["KeyId"]
    assert make_group(EncryptionConfiguration={"Type": "CUSTOMER_KMS", "KeyId": key})


def test_what_is_not_there_is_refused_by_name(firewalls, refused):
    with refused("UnsupportedOperation", "network-firewall:DescribeTLSInspectionConfiguration is not in the local AWS"):
        firewalls.describe_tls_inspection_configuration(TLSInspectionConfigurationName="x")
    with refused("UnsupportedOperation", "CreateRuleGroup:AnalyzeRuleGroup is not in the local AWS"):
        firewalls.create_rule_group(RuleGroupName="x", Type="STATEFUL", Capacity=1, Rules=RULE, AnalyzeRuleGroup=True)


def test_tags_come_and_go(firewalls, make_group, refused):
    arn = make_group()
    firewalls.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}])
    firewalls.untag_resource(ResourceArn=arn, TagKeys=["a"])
    assert firewalls.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]
    with refused("ResourceNotFoundException"):
        firewalls.list_tags_for_resource(ResourceArn=arn + "x")
