"""DNS Firewall on VPCs: rule group associations, failure mode, and query logging."""

from __future__ import annotations

from typing import Any, Final

from localaws.services.core import AwsError
from localaws.services.operations import Shape, operation, page
from localaws.services.profiles.store import associated
from localaws.services.quotas import table as quotas
from localaws.services.resolver.rules import FirewallRules
from localaws.services.resolver.store import INVALID, new_id, now
from localaws.services.transition import Transition

PRIORITIES: Final = range(101, 9900)
"""Between 100 and 9900, both excluded."""


class FirewallOnVpcs(FirewallRules):
    """Operations that tie DNS Firewall and query logging to VPCs."""

    @operation
    def associate_firewall_rule_group(self, request: Shape) -> Shape:
        """AssociateFirewallRuleGroup: five groups per VPC, priorities of their own, one association per pair."""
        self.settle_associations()
        group = self.usable_group(request["FirewallRuleGroupId"])
        self.require_vpc(request["VpcId"])
        of_vpc = [item for item in self.firewall_associations.values() if item["VpcId"] == request["VpcId"]]
        if any(item["FirewallRuleGroupId"] == group["Id"] for item in of_vpc):
            raise AwsError(
                "ConflictException", f"The rule group {group['Id']} is associated with {request['VpcId']} already"
            )
        quotas.DNS_GROUPS_PER_VPC.check(self, len(of_vpc) + 1)
        self._check_priority(request["Priority"], of_vpc)
        identifier = new_id("rslvr-frgassoc")
        association = self.firewall_associations[identifier] = {
            "Id": identifier,
            "Arn": self.resolver_arn("firewall-rule-group-association", identifier),
            "FirewallRuleGroupId": group["Id"],
            "VpcId": request["VpcId"],
            "Name": request["Name"],
            "Priority": request["Priority"],
            "MutationProtection": request.get("MutationProtection") or "DISABLED",
            "Status": "UPDATING",
            "StatusMessage": "Creating Firewall Rule Group Association",
            "CreatorRequestId": request["CreatorRequestId"],
            "CreationTime": now(),
            "ModificationTime": now(),
        }
        self.pending_associations[identifier] = Transition()
        self.tag_new(association["Arn"], request)
        return {"FirewallRuleGroupAssociation": association}

    @operation
    def get_firewall_rule_group_association(self, request: Shape) -> Shape:
        """GetFirewallRuleGroupAssociation."""
        return {"FirewallRuleGroupAssociation": self._association(request)}

    @operation
    def list_firewall_rule_group_associations(self, request: Shape) -> Shape:
        """ListFirewallRuleGroupAssociations, by group, VPC, priority or status."""
        self.settle_associations()
        found = list(self.firewall_associations.values())
        for member in ("FirewallRuleGroupId", "VpcId", "Priority", "Status"):
            if request.get(member) is not None:
                found = [item for item in found if item[member] == request[member]]
        rows, token = page(found, request, INVALID)
        return {"FirewallRuleGroupAssociations": rows, "NextToken": token}

    @operation
    def update_firewall_rule_group_association(self, request: Shape) -> Shape:
        """UpdateFirewallRuleGroupAssociation: name, priority and mutation protection."""
        association = self._association(request)
        if association["MutationProtection"] == "ENABLED" and request.get("MutationProtection") != "DISABLED":
            raise AwsError("ConflictException", f"The association {association['Id']} has mutation protection enabled")
        if request.get("Priority") is not None:
            others = [
                item
                for item in self.firewall_associations.values()
                if item["VpcId"] == association["VpcId"] and item is not association
            ]
            self._check_priority(request["Priority"], others)
        association |= {m: request[m] for m in ("Name", "Priority", "MutationProtection") if request.get(m) is not None}
        association["ModificationTime"] = now()
        return {"FirewallRuleGroupAssociation": association}

    @operation
    def disassociate_firewall_rule_group(self, request: Shape) -> Shape:
        """DisassociateFirewallRuleGroup: refused under mutation protection."""
        association = self._association(request)
        if association["MutationProtection"] == "ENABLED":
            raise AwsError("ConflictException", f"The association {association['Id']} has mutation protection enabled")
        association |= {"Status": "DELETING", "StatusMessage": "Deleting Firewall Rule Group Association"}
        self.pending_associations[association["Id"]] = Transition()
        return {"FirewallRuleGroupAssociation": association}

    @operation
    def get_firewall_config(self, request: Shape) -> Shape:
        """GetFirewallConfig: a VPC without one fails closed."""
        return {"FirewallConfig": self._config(request["ResourceId"])}

    @operation
    def update_firewall_config(self, request: Shape) -> Shape:
        """UpdateFirewallConfig."""
        config = self._config(request["ResourceId"])
        config["FirewallFailOpen"] = request["FirewallFailOpen"]
        return {"FirewallConfig": config}

    @operation
    def list_firewall_configs(self, request: Shape) -> Shape:
        """ListFirewallConfigs, of VPCs that still exist."""
        self.firewall_configs = {
            vpc: item for vpc, item in self.firewall_configs.items() if vpc in self.ec2_backend.vpcs
        }
        rows, token = page(list(self.firewall_configs.values()), request, INVALID)
        return {"FirewallConfigs": rows, "NextToken": token}

    def associate_resolver_query_log_config(self, resolver_query_log_config_id: str, resource_id: str) -> Any:
        """Have a VPC's queries logged as this account says, or as another one that shares its configuration."""
        shared = self.shared_log_config(resolver_query_log_config_id)
        if shared is not None:
            self.resolver_query_log_configs[shared.id] = shared  # where moto looks for it
        try:
            made = super().associate_resolver_query_log_config(resolver_query_log_config_id, resource_id)
        finally:
            if shared is not None:
                del self.resolver_query_log_configs[shared.id]
        made.id = self._renamed(self.resolver_query_log_config_associations, made.id, "rqlca")
        return made

    def get_resolver_query_log_config(self, resolver_query_log_config_id: str) -> Any:
        """Find a configuration of this account, or one shared with it."""
        shared = self.shared_log_config(resolver_query_log_config_id)
        return shared or super().get_resolver_query_log_config(resolver_query_log_config_id)

    @operation
    def disassociate_resolver_query_log_config(self, request: Shape) -> Shape:
        """DisassociateResolverQueryLogConfig."""
        wanted = (request["ResolverQueryLogConfigId"], request["ResourceId"])
        for identifier, item in list(self.resolver_query_log_config_associations.items()):
            if (item.resolver_query_log_config_id, item.resource_id) == wanted:
                del self.resolver_query_log_config_associations[identifier]
                for backend in (self, *self.others()):
                    if config := backend.resolver_query_log_configs.get(wanted[0]):
                        config.association_count -= 1
                return {"ResolverQueryLogConfigAssociation": {**item.description(), "Status": "DELETING"}}
        raise AwsError("ResourceNotFoundException", f"{wanted[0]} is not associated with {wanted[1]}")

    @operation
    def delete_resolver_query_log_config(self, request: Shape) -> Shape:
        """DeleteResolverQueryLogConfig: refused while VPCs are associated with it."""
        config = self.resolver_query_log_configs.get(request["ResolverQueryLogConfigId"])
        if config is None:
            raise AwsError("ResourceNotFoundException", f"{request['ResolverQueryLogConfigId']} does not exist")
        if associated(config.arn):
            raise AwsError(
                "InvalidRequestException", f"The query logging configuration {config.id} is associated with a profile"
            )
        if config.association_count:
            raise AwsError(
                "InvalidRequestException", f"The query logging configuration {config.id} is associated with VPCs"
            )
        del self.resolver_query_log_configs[config.id]
        self.tagger.delete_all_tags_for_resource(config.arn)
        return {"ResolverQueryLogConfig": {**config.description(), "Status": "DELETING"}}

    def create_resolver_query_log_config(self, name: str, destination_arn: str, *args: Any, **kwargs: Any) -> Any:
        """Check that the log group, bucket or stream exists, then make the configuration."""
        self._check_destination(destination_arn)
        if any(config.name == name for config in self.resolver_query_log_configs.values()):
            raise AwsError(
                "ResourceExistsException", f"A query logging configuration with the name {name} already exists"
            )
        config = super().create_resolver_query_log_config(name, destination_arn, *args, **kwargs)
        tags = self.tagger.list_tags_for_resource(config.arn)["Tags"]
        self.tagger.delete_all_tags_for_resource(config.arn)
        config.id = self._renamed(self.resolver_query_log_configs, config.id, "rqlc")
        self.tagger.tag_resource(config.arn, tags)
        return config

    def settle_associations(self) -> None:
        """Complete associations that are being made or removed and have had their time."""
        for identifier, transition in list(self.pending_associations.items()):
            association = self.firewall_associations[identifier]
            if not transition.over:
                continue
            del self.pending_associations[identifier]
            if association["Status"] == "DELETING":
                del self.firewall_associations[identifier]
                self.tagger.delete_all_tags_for_resource(association["Arn"])
            else:
                association |= {"Status": "COMPLETE", "StatusMessage": "Finished rule group association update"}

    def _association(self, request: Shape) -> Shape:
        self.settle_associations()
        return self.look_up(
            self.firewall_associations, request["FirewallRuleGroupAssociationId"], "firewall rule group association"
        )

    @staticmethod
    def _renamed(things: dict[str, Any], identifier: str, prefix: str) -> str:
        """Give a thing an id of AWS's form, which moto's is not."""
        renamed = new_id(prefix)
        things[renamed] = things.pop(identifier)
        return renamed

    @staticmethod
    def _check_priority(priority: int, others: list[Shape]) -> None:
        if priority not in PRIORITIES:
            raise AwsError(
                INVALID, f"The priority {priority} is not valid: it must be between 100 and 9900, both excluded"
            )
        if any(item["Priority"] == priority for item in others):
            raise AwsError(INVALID, f"The priority {priority} is used by another rule group of the VPC")

    def _config(self, vpc_id: str) -> Shape:
        self.require_vpc(vpc_id)
        if vpc_id not in self.firewall_configs:
            self.firewall_configs[vpc_id] = {
                "Id": new_id("rslvr-fc"),
                "ResourceId": vpc_id,
                "OwnerId": self.account_id,
                "FirewallFailOpen": "DISABLED",
            }
        return self.firewall_configs[vpc_id]

    def _check_destination(self, arn: str) -> None:
        service, region, name = ([*arn.split(":", 5), *[""] * 6])[2], arn.split(":")[3:4], arn.split(":", 5)[-1]
        if service == "s3":
            from moto.s3.models import s3_backends

            exists = name.partition("/")[0] in s3_backends[self.account_id][self.partition].buckets
        elif service == "logs" and region == [self.region_name]:
            from moto.logs.models import logs_backends

            group = name.removeprefix("log-group:").removesuffix(":*")
            exists = group in logs_backends[self.account_id][self.region_name].groups
        elif service == "firehose" and region == [self.region_name]:
            from moto.firehose.models import firehose_backends

            streams = firehose_backends[self.account_id][self.region_name].delivery_streams
            exists = name.removeprefix("deliverystream/") in streams
        else:
            raise AwsError(
                "InvalidParameterException",
                f"The destination {arn} is not a log group, bucket or stream of this Region",
            )
        if not exists:
            raise AwsError("ResourceNotFoundException", f"The destination {arn} does not exist")
