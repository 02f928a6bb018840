"""Domain lists of DNS Firewall."""

from __future__ import annotations

import pytest


def domains(resolver, identifier):
    return resolver.list_firewall_domains(FirewallDomainListId=identifier)["Domains"]


def test_names_are_added_removed_and_replaced_and_kept_with_a_dot_at_the_end(resolver, deny, refused):
    def update(operation, *names):
        resolver.update_firewall_domains(FirewallDomainListId=deny, Operation=operation, Domains=list(names))
        return domains(resolver, deny)

    assert update("ADD", "Example.net", "*.example.org.") == ["example.net.", "*.example.org."]
    assert update("REMOVE", "example.net") == ["*.example.org."]
    assert update("REPLACE", "a.example", "a.example.") == ["a.example."]
    with refused("ValidationException", "does not have the domain"):
        update("REMOVE", "b.example")
    assert resolver.get_firewall_domain_list(FirewallDomainListId=deny)["FirewallDomainList"]["DomainCount"] == 1


@pytest.mark.parametrize("name", ["a b.example", "exam*ple.net", "http://example.net", "a..b"])
def test_a_name_that_is_none_is_refused(resolver, deny, refused, name):
    with refused("ValidationException", "is not valid"):
        resolver.update_firewall_domains(FirewallDomainListId=deny, Operation="ADD", Domains=[name])
    assert domains(resolver, deny) == []


def test_a_request_takes_a_thousand_names(resolver, deny, refused):
    names = [f"n{index}.example" for index in range(1001)]
    with refused("ValidationException", "at most 1000"):
        resolver.update_firewall_domains(FirewallDomainListId=deny, Operation="ADD", Domains=names)


def test_managed_lists_are_found_by_name_differ_by_region_and_stay_as_they_are(local_aws, refused):
    def managed(region):
        client = local_aws.client("route53resolver", region)
        pages = client.get_paginator("list_firewall_domain_lists").paginate()
        lists = [item for page in pages for item in page["FirewallDomainLists"]]
        return client, {item["Name"]: item["Id"] for item in lists if item.get("ManagedOwnerName")}

    client, here = managed("eu-west-1")
    _, there = managed("us-east-1")
    assert set(here) == {
        "AWSManagedDomainsMalwareDomainList",
        "AWSManagedDomainsBotnetCommandandControl",
        "AWSManagedDomainsAggregateThreatList",
        "AWSManagedDomainsAmazonGuardDutyThreatList",
    }
    assert not set(here.values()) & set(there.values())
    malware = here["AWSManagedDomainsMalwareDomainList"]
    with refused("AccessDeniedException", "managed by AWS"):
        client.update_firewall_domains(FirewallDomainListId=malware, Operation="ADD", Domains=["a.example"])
    with refused("AccessDeniedException", "managed by AWS"):
        client.list_firewall_domains(FirewallDomainListId=malware)


def test_a_list_in_use_stays(resolver, deny, group, refused):
    resolver.create_firewall_rule(
        CreatorRequestId="x", FirewallRuleGroupId=group, FirewallDomainListId=deny, Priority=1, Action="ALERT", Name="x"
    )
    with refused("ConflictException", "used by a firewall rule"):
        resolver.delete_firewall_domain_list(FirewallDomainListId=deny)
    resolver.delete_firewall_rule(FirewallRuleGroupId=group, FirewallDomainListId=deny)
    resolver.delete_firewall_domain_list(FirewallDomainListId=deny)
    with refused("ResourceNotFoundException"):
        resolver.get_firewall_domain_list(FirewallDomainListId=deny)


def test_lists_and_groups_have_tags(resolver, deny, group):
    for arn in (
        resolver.get_firewall_domain_list(FirewallDomainListId=deny)["FirewallDomainList"]["Arn"],
        resolver.get_firewall_rule_group(FirewallRuleGroupId=group)["FirewallRuleGroup"]["Arn"],
    ):
        resolver.tag_resource(ResourceArn=arn, Tags=[{"Key": "stack", "Value": "test"}])
        assert resolver.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "stack", "Value": "test"}]
