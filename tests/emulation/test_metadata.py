"""Instance metadata: who asks learns about itself alone, and by token where its instance says so."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from emulation.metadata import Asked, Metadata
from emulation.reader import identities
from emulation.reader.identities import Identity, Roles, identity_of

ONE, OTHER = ("vpc-1", "10.0.0.4"), ("vpc-1", "10.0.0.5")
TTL = {"x-aws-ec2-metadata-token-ttl-seconds": "60"}
TOKEN = "/latest/api/token"
PATHS = {
    "instance-id": "i-1",
    "iam/info": "{}",
    "iam/security-credentials/": "role",
    "iam/security-credentials/role": "{}",
}


@pytest.fixture
def metadata() -> Metadata:
    return Metadata({ONE: Identity(PATHS, token_required=True), OTHER: Identity(PATHS, token_required=False)})


def get(path: str, **headers: str) -> Asked:
    return Asked("GET", f"/latest/meta-data/{path}", {name.replace("_", "-"): text for name, text in headers.items()})


def test_without_a_token_only_an_instance_that_allows_it_is_told(metadata: Metadata) -> None:
    assert metadata.answer(ONE, get("instance-id")) == (401, "")
    assert metadata.answer(OTHER, get("instance-id")) == (200, "i-1")
    assert metadata.answer(("vpc-2", "10.0.0.4"), get("instance-id")) == (404, "")


def test_a_token_is_its_askers_own_and_for_a_time(metadata: Metadata, monkeypatch: pytest.MonkeyPatch) -> None:
    status, token = metadata.answer(ONE, Asked("PUT", TOKEN, TTL))
    shown = {"x_aws_ec2_metadata_token": token}
    assert status == 200
    assert metadata.answer(ONE, get("instance-id", **shown)) == (200, "i-1")
    assert metadata.answer(OTHER, get("instance-id", **shown)) == (401, "")
    monkeypatch.setattr("emulation.metadata.time.monotonic", lambda: float("inf"))
    assert metadata.answer(ONE, get("instance-id", **shown)) == (401, "")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (Asked("PUT", TOKEN, {}), 400),
        (Asked("PUT", TOKEN, {"x-aws-ec2-metadata-token-ttl-seconds": "21601"}), 400),
        (Asked("PUT", TOKEN, {**TTL, "x-forwarded-for": "10.0.0.9"}), 403),
        (Asked("GET", TOKEN, TTL), 405),
        (Asked("POST", "/latest/meta-data/instance-id", {}), 405),
    ],
)
def test_what_is_asked_wrongly_is_refused_as_on_aws(metadata: Metadata, asked: Asked, status: int) -> None:
    assert metadata.answer(ONE, asked) == (status, "")


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("", (200, "iam/\ninstance-id")),
        ("iam/", (200, "info\nsecurity-credentials/")),
        ("iam/security-credentials/", (200, "role")),
        ("iam/security-credentials", (200, "role")),
        ("iam/security-credentials/role", (200, "{}")),
        ("nothing", (404, "")),
    ],
)
def test_folders_list_what_is_below(metadata: Metadata, path: str, answer: tuple[int, str]) -> None:
    assert metadata.answer(OTHER, get(path)) == answer


class Aws:
    """IAM and STS, which count what they are asked for."""

    def __init__(self, until: dt.datetime) -> None:
        self.until = until
        self.assumed: list[str] = []

    def get_instance_profile(self, **_: Any) -> Any:
        return {"InstanceProfile": {"Roles": [{"RoleName": "role", "Arn": "arn:role"}]}}

    def assume_role(self, **asked: Any) -> Any:
        self.assumed.append(asked["RoleSessionName"])
        keys = {"AccessKeyId": "a", "SecretAccessKey": "s", "SessionToken": "t"}
        return {"Credentials": {**keys, "Expiration": self.until}}


@pytest.mark.parametrize(("minutes", "times"), [(60, 1), (5, 2)])
def test_a_roles_credentials_are_renewed_before_they_run_out(
    monkeypatch: pytest.MonkeyPatch, minutes: int, times: int
) -> None:
    aws = Aws(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=minutes))
    monkeypatch.setattr(identities, "client", lambda *_: aws)
    instance = {
        "InstanceId": "i-1",
        "Placement": {"AvailabilityZone": "eu-west-1a"},
        "IamInstanceProfile": {"Arn": "arn:aws:iam::123456789012:instance-profile/one"},
        "MetadataOptions": {"HttpTokens": "required"},
    }
    roles = Roles("eu-west-1")
    for _ in range(2):
        found = roles.with_credentials(identity_of(instance))
    assert found.paths["iam/security-credentials/"] == "role"
    assert (found.token_required, found.paths["placement/region"]) == (True, "eu-west-1")
    assert aws.assumed == ["i-1"] * times


def test_an_instance_whose_profile_was_taken_away_has_no_credentials() -> None:
    instance = {"InstanceId": "i-1", "Placement": {"AvailabilityZone": "eu-west-1a"}}
    found = Roles("eu-west-1").with_credentials(identity_of(instance))
    assert not [path for path in found.paths if path.startswith("iam/")]
