from __future__ import annotations

import pytest

from components.dns.managed_lists import ManagedListError, find_managed_lists, listed_by_aws
from components.settings.provider import ProviderAccess

OURS = {"Name": "AWSManagedDomainsMalwareDomainList", "Id": "rslvr-fdl-own"}
THEIRS = {**OURS, "Id": "rslvr-fdl-aws", "ManagedOwnerName": "Route 53 Resolver DNS Firewall"}


def test_an_id_is_looked_up_among_the_lists_that_aws_owns():
    found = find_managed_lists([OURS["Name"]], {}, lambda: [OURS, THEIRS], region="eu-west-1")
    assert found == {OURS["Name"]: "rslvr-fdl-aws"}


def test_nothing_is_looked_up_for_ids_that_config_has():
    def never():
        raise AssertionError

    known = {OURS["Name"]: "rslvr-fdl-config"}
    assert find_managed_lists([OURS["Name"]], known, never, region="eu-west-1") == known
    assert find_managed_lists([], {}, never, region="eu-west-1") == {}


def test_a_list_that_the_region_lacks_is_named_with_those_it_has():
    with pytest.raises(
        ManagedListError, match=r"Other not found in eu-west-1; it has AWSManagedDomainsMalwareDomainList"
    ):
        find_managed_lists(["Other"], {}, lambda: [THEIRS], region="eu-west-1")


def test_credentials_that_only_the_provider_has_are_not_guessed_at():
    access = ProviderAccess(None, ("assumeRoles",))
    with pytest.raises(ManagedListError, match=r"assumeRoles.*dns_managed_list_ids"):
        listed_by_aws(access, region="eu-west-1")()


def test_a_profile_that_does_not_exist_is_a_message_and_no_traceback():
    with pytest.raises(ManagedListError, match=r"nobody.*dns_managed_list_ids"):
        listed_by_aws(ProviderAccess("nobody", ()), region="eu-west-1")()
