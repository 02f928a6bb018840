"""Resource policies of rule groups and firewall policies: with whom their owner shares them."""

from __future__ import annotations

import json
from typing import Any

from localaws.services.core import AwsError
from localaws.services.networkfirewall.common import INVALID
from localaws.services.networkfirewall.store import Store
from localaws.services.operations import Shape, operation


class ResourcePolicies(Store):
    """PutResourcePolicy and its like."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.resource_policies: dict[str, str] = {}

    @operation
    def put_resource_policy(self, request: Shape) -> Shape:
        """PutResourcePolicy."""
        self._check_owned(request["ResourceArn"])
        try:
            policy: Any = json.loads(request["Policy"])
        except ValueError:
            raise AwsError("InvalidResourcePolicyException", "The policy is not valid JSON") from None
        if not isinstance(policy, dict) or not policy.get("Statement"):
            raise AwsError("InvalidResourcePolicyException", "The policy has no Statement")
        self.resource_policies[request["ResourceArn"]] = request["Policy"]
        return {}

    @operation
    def describe_resource_policy(self, request: Shape) -> Shape:
        """DescribeResourcePolicy."""
        return {"Policy": self._resource_policy(request["ResourceArn"])}

    @operation
    def delete_resource_policy(self, request: Shape) -> Shape:
        """DeleteResourcePolicy."""
        self._resource_policy(request["ResourceArn"])
        del self.resource_policies[request["ResourceArn"]]
        return {}

    def _resource_policy(self, arn: str) -> str:
        if arn not in self.resource_policies or arn not in {**self.groups, **self.policies}:
            raise AwsError("ResourceNotFoundException", f"There is no resource policy of {arn}")
        return self.resource_policies[arn]

    def _check_owned(self, arn: str) -> None:
        if ":firewall-policy/" not in arn and "-rulegroup/" not in arn:
            raise AwsError(INVALID, f"A resource policy can't be put on {arn}")
        if arn not in {**self.groups, **self.policies}:
            raise AwsError("ResourceNotFoundException", f"Resource {arn} does not exist")
