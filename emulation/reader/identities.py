"""Reads what an instance is told about itself by its metadata service, the credentials of its role included."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hunts.backends.aws import client, messages

_RENEW = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Identity:
    """An instance: what is at which path below `meta-data/`, whether a token must be shown, and its profile's ARN."""

    paths: Mapping[str, str]
    token_required: bool
    profile: str = ""
    user_data: str = ""


def identity_of(item: Mapping[str, Any]) -> Identity:
    """Return the identity of one of DescribeInstances' items; its credentials are still to be had (`Roles`)."""
    zone = item["Placement"]["AvailabilityZone"]
    address = item.get("PrivateIpAddress", "")
    name = item.get("PrivateDnsName") or f"ip-{address.replace('.', '-')}.ec2.internal"
    paths = {
        "ami-id": item.get("ImageId", ""),
        "hostname": name,
        "instance-id": item["InstanceId"],
        "instance-type": item.get("InstanceType", ""),
        "local-hostname": name,
        "local-ipv4": address,
        "mac": next((nic.get("MacAddress", "") for nic in item.get("NetworkInterfaces", [])), ""),
        "placement/availability-zone": zone,
        "placement/region": zone[:-1],
        "security-groups": "\n".join(group["GroupName"] for group in item.get("SecurityGroups", [])),
    }
    profile = (item.get("IamInstanceProfile") or {}).get("Arn", "")
    required = item.get("MetadataOptions", {}).get("HttpTokens", "optional") == "required"
    return Identity({path: value for path, value in paths.items() if value}, required, profile)


@dataclass
class Roles:
    """The roles behind instance profiles, and credentials that are renewed before they run out."""

    region: str
    _roles: dict[str, tuple[str, str] | None] = field(default_factory=dict)
    _kept: dict[str, tuple[dt.datetime, str]] = field(default_factory=dict)

    def with_credentials(self, identity: Identity) -> Identity:
        """Return the identity with its role's credentials among the paths. Raises HuntError with AWS's words."""
        if not identity.profile:
            return identity
        if identity.profile not in self._roles:
            self._roles[identity.profile] = self._role(identity.profile)
        role = self._roles[identity.profile]
        if role is None:
            return identity
        name, arn = role
        credentials = "iam/security-credentials/"
        info = {"Code": "Success", "InstanceProfileArn": identity.profile}
        instance = identity.paths["instance-id"]
        more = {
            "iam/info": json.dumps(info),
            credentials: name,
            f"{credentials}{name}": self._credentials(instance, arn),
        }
        return Identity({**identity.paths, **more}, identity.token_required, identity.profile, identity.user_data)

    def _role(self, profile: str) -> tuple[str, str] | None:
        with messages():
            found = client("iam", self.region).get_instance_profile(InstanceProfileName=profile.rpartition("/")[2])
        return next(((one["RoleName"], one["Arn"]) for one in found["InstanceProfile"]["Roles"]), None)

    def _credentials(self, instance: str, arn: str) -> str:
        now = dt.datetime.now(dt.UTC)
        until, text = self._kept.get(instance, (now, ""))
        if until - _RENEW < now:
            with messages():
                answer = client("sts", self.region).assume_role(RoleArn=arn, RoleSessionName=instance)
            given = answer["Credentials"]
            until = given["Expiration"]
            told = {
                "Code": "Success",
                "LastUpdated": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "Type": "AWS-HMAC",
                "AccessKeyId": given["AccessKeyId"],
                "SecretAccessKey": given["SecretAccessKey"],
                "Token": given["SessionToken"],
                "Expiration": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
            }
            text = json.dumps(told)
            self._kept[instance] = until, text
        return text
