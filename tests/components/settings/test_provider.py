"""What the stack says of its provider's credentials: the profile, and which keys would override it."""

from __future__ import annotations

import pulumi
import pytest

from components.settings.provider import provider_access


@pytest.mark.parametrize(
    ("config", "profile", "beside"),
    [
        ({}, None, ()),
        ({"aws:profile": "team", "aws:region": "eu-west-1"}, "team", ()),
        ({"aws:token": "t", "aws:accessKey": "AKIA"}, None, ("accessKey", "token")),
        (
            {"aws:assumeRoles": "[]", "other:accessKey": "AKIA", "inspected-egress:profile": "no"},
            None,
            ("assumeRoles",),
        ),
    ],
)
def test_the_look_up_beside_the_provider_knows_how_that_comes_by_its_credentials(config, profile, beside):
    pulumi.runtime.set_all_config(config)
    try:
        found = provider_access()
    finally:
        pulumi.runtime.set_all_config({})
    assert (found.profile, found.own_credentials) == (profile, beside)
