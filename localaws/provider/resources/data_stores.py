"""File systems, databases and search domains, as far as they put interfaces into subnets."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_list, tag_map
from localaws.provider.ec2 import aws_case, changed, only, pick
from localaws.provider.errors import is_gone
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_arn, by_id, tagged
from localaws.provider.values import Props

_ENDED = ("deleting", "deleted")

# -- EFS --------------------------------------------------------------------------------------------------------------


def _create_files(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("efs").create_file_system(
        CreationToken=inputs["creationToken"],
        Encrypted=bool(inputs.get("encrypted")),
        Tags=tag_list(inputs.get("tagsAll")),
        **pick(
            inputs,
            {
                "availabilityZoneName": "AvailabilityZoneName",
                "kmsKeyId": "KmsKeyId",
                "performanceMode": "PerformanceMode",
                "throughputMode": "ThroughputMode",
            },
        ),
    )
    return str(answer["FileSystemId"])


def _read_files(ctx: Context, id_: str, state: Props) -> Props | None:
    files = only(ctx.client("efs").describe_file_systems(FileSystemId=id_)["FileSystems"])
    if files is None or files["LifeCycleState"] in _ENDED:
        return None
    return {
        "arn": files.get("FileSystemArn") or ctx.arn("elasticfilesystem", f"file-system/{id_}"),
        "availabilityZoneId": files.get("AvailabilityZoneId", ""),
        "availabilityZoneName": files.get("AvailabilityZoneName", ""),
        "creationToken": files["CreationToken"],
        "dnsName": f"{id_}.efs.{ctx.region}.amazonaws.com",
        "encrypted": bool(files.get("Encrypted")),
        "kmsKeyId": files.get("KmsKeyId") or "",
        "name": files.get("Name", ""),
        # Mount targets are resources of their own.
        "numberOfMountTargets": state.get("numberOfMountTargets", 0),
        "ownerId": files["OwnerId"],
        "performanceMode": files.get("PerformanceMode") or "generalPurpose",
        "tagsAll": tag_map(files.get("Tags")),
        "throughputMode": files.get("ThroughputMode") or "bursting",
    }


_tag_files = tagged("efs", by_id("ResourceId"))


def _delete_files(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("efs").delete_file_system(FileSystemId=id_)


def _create_mount(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("efs").create_mount_target(
        **pick(
            inputs,
            {
                "fileSystemId": "FileSystemId",
                "subnetId": "SubnetId",
                "ipAddress": "IpAddress",
                "securityGroups": "SecurityGroups",
            },
        )
    )
    return str(answer["MountTargetId"])


def _read_mount(ctx: Context, id_: str, state: Props) -> Props | None:
    efs = ctx.client("efs")
    mount = only(efs.describe_mount_targets(MountTargetId=id_)["MountTargets"])
    if mount is None or mount["LifeCycleState"] in _ENDED:
        return None
    files, zone = mount["FileSystemId"], mount.get("AvailabilityZoneName", "")
    return {
        "availabilityZoneId": mount.get("AvailabilityZoneId", ""),
        "availabilityZoneName": zone,
        "dnsName": f"{files}.efs.{ctx.region}.amazonaws.com",
        "fileSystemArn": ctx.arn("elasticfilesystem", f"file-system/{files}"),
        "fileSystemId": files,
        "ipAddress": mount.get("IpAddress"),
        "mountTargetDnsName": f"{zone}.{files}.efs.{ctx.region}.amazonaws.com",
        "networkInterfaceId": mount.get("NetworkInterfaceId", ""),
        "ownerId": mount.get("OwnerId") or ctx.account,
        "securityGroups": efs.describe_mount_target_security_groups(MountTargetId=id_)["SecurityGroups"],
        "subnetId": mount["SubnetId"],
    }


def _update_mount(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("efs").modify_mount_target_security_groups(
        MountTargetId=id_, SecurityGroups=new.get("securityGroups") or []
    )


def _delete_mount(ctx: Context, id_: str, state: Props) -> None:
    efs = ctx.client("efs")
    efs.delete_mount_target(MountTargetId=id_)

    def gone() -> bool | None:
        try:
            return None if efs.describe_mount_targets(MountTargetId=id_)["MountTargets"] else True
        except Exception as error:
            if is_gone(error):
                return True
            raise

    ctx.wait(f"deletion of mount target {id_}", gone)


# -- subnet groups ----------------------------------------------------------------------------------------------------


def _create_cache_group(ctx: Context, inputs: Props) -> str:
    ctx.client("elasticache").create_cache_subnet_group(
        CacheSubnetGroupName=inputs["name"],
        CacheSubnetGroupDescription=inputs["description"],
        SubnetIds=inputs["subnetIds"],
        Tags=tag_list(inputs.get("tagsAll")),
    )
    return str(inputs["name"]).lower()


def _read_cache_group(ctx: Context, id_: str, state: Props) -> Props | None:
    cache = ctx.client("elasticache")
    group = only(cache.describe_cache_subnet_groups(CacheSubnetGroupName=id_)["CacheSubnetGroups"])
    if group is None:
        return None
    arn = group.get("ARN") or ctx.arn("elasticache", f"subnetgroup:{id_}")
    return {
        "arn": arn,
        "description": group["CacheSubnetGroupDescription"],
        "name": group["CacheSubnetGroupName"],
        "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
        "tagsAll": tag_map(cache.list_tags_for_resource(ResourceName=arn)["TagList"]),
        "vpcId": group.get("VpcId", ""),
    }


def _delete_cache_group(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("elasticache").delete_cache_subnet_group(CacheSubnetGroupName=id_)


def _create_db_group(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("rds").create_db_subnet_group(
        DBSubnetGroupName=inputs["name"],
        DBSubnetGroupDescription=inputs["description"],
        SubnetIds=inputs["subnetIds"],
        Tags=tag_list(inputs.get("tagsAll")),
    )
    return str(answer["DBSubnetGroup"]["DBSubnetGroupName"])


def _read_db_group(ctx: Context, id_: str, state: Props) -> Props | None:
    rds = ctx.client("rds")
    group = only(rds.describe_db_subnet_groups(DBSubnetGroupName=id_)["DBSubnetGroups"])
    if group is None:
        return None
    arn = group.get("DBSubnetGroupArn") or ctx.arn("rds", f"subgrp:{id_}")
    return {
        "arn": arn,
        "description": group["DBSubnetGroupDescription"],
        "name": group["DBSubnetGroupName"],
        "subnetIds": [subnet["SubnetIdentifier"] for subnet in group["Subnets"]],
        "supportedNetworkTypes": group.get("SupportedNetworkTypes") or ["IPV4"],
        "tagsAll": tag_map(rds.list_tags_for_resource(ResourceName=arn)["TagList"]),
        "vpcId": group.get("VpcId", ""),
    }


def _update_db_group(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("rds").modify_db_subnet_group(
        DBSubnetGroupName=id_, SubnetIds=new["subnetIds"], DBSubnetGroupDescription=new["description"]
    )


_tag_db_group = tagged("rds", by_arn("ResourceName"), calls=("add_tags_to_resource", "remove_tags_from_resource"))


def _delete_db_group(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("rds").delete_db_subnet_group(DBSubnetGroupName=id_)


# -- OpenSearch -------------------------------------------------------------------------------------------------------

_DOMAIN = {
    "accessPolicies": "AccessPolicies",
    "clusterConfig": "ClusterConfig",
    "ebsOptions": "EBSOptions",
    "encryptAtRest": "EncryptionAtRestOptions",
    "nodeToNodeEncryption": "NodeToNodeEncryptionOptions",
    "vpcOptions": "VPCOptions",
}
_DOMAIN_NAMES = {"ebsEnabled": "EBSEnabled"}


def _domain_settings(inputs: Props) -> dict[str, Any]:
    found = {theirs: aws_case(inputs[ours], _DOMAIN_NAMES) for ours, theirs in _DOMAIN.items() if inputs.get(ours)}
    if "VPCOptions" in found:
        found["VPCOptions"].pop("VpcId", None)
        found["VPCOptions"].pop("AvailabilityZones", None)
    return found


def _create_domain(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("opensearch").create_domain(
        DomainName=inputs["domainName"],
        TagList=tag_list(inputs.get("tagsAll")),
        **pick(inputs, {"engineVersion": "EngineVersion"}),
        **_domain_settings({key: value for key, value in inputs.items() if key in ctx.asked}),
    )
    return str(answer["DomainStatus"]["ARN"])


def _read_domain(ctx: Context, id_: str, state: Props) -> Props | None:
    search = ctx.client("opensearch")
    name = state.get("domainName") or id_.rpartition("/")[2]
    domain = search.describe_domain(DomainName=name)["DomainStatus"]
    if domain.get("Deleted"):
        return None
    return {
        "arn": domain["ARN"],
        "domainId": domain["DomainId"],
        "domainName": domain["DomainName"],
        "endpoint": domain.get("Endpoint") or (domain.get("Endpoints") or {}).get("vpc", ""),
        "engineVersion": domain.get("EngineVersion"),
        "tagsAll": tag_map(search.list_tags(ARN=domain["ARN"])["TagList"]),
    }


def _update_domain(ctx: Context, id_: str, old: Props, new: Props) -> None:
    settings = {key: value for key, value in new.items() if key in ctx.asked and changed(old, new, [key])}
    ctx.client("opensearch").update_domain_config(DomainName=new["domainName"], **_domain_settings(settings))


_tag_domain = tagged("opensearch", by_id("ARN"), calls=("add_tags", "remove_tags"), names=("TagList", "TagKeys"))


def _delete_domain(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("opensearch").delete_domain(DomainName=state["domainName"])


_DESCRIBED = {"description": "Managed by Pulumi"}

RESOURCES = (
    Resource(
        token="aws:efs/fileSystem:FileSystem",
        inputs=words("availabilityZoneName creationToken encrypted kmsKeyId performanceMode throughputMode"),
        auto_name=AutoName("creationToken", max_length=64),
        create=_create_files,
        read=_read_files,
        delete=_delete_files,
        tagging=_tag_files,
        busy=words("FileSystemInUse"),
    ),
    Resource(
        token="aws:efs/mountTarget:MountTarget",
        inputs=words("fileSystemId subnetId ipAddress securityGroups"),
        replace=words("fileSystemId subnetId ipAddress"),
        sets=words("securityGroups"),
        delete_before_replace=True,
        create=_create_mount,
        read=_read_mount,
        update=_update_mount,
        delete=_delete_mount,
    ),
    Resource(
        token="aws:elasticache/subnetGroup:SubnetGroup",
        inputs=words("name description subnetIds"),
        sets=words("subnetIds"),
        defaults=_DESCRIBED,
        create=_create_cache_group,
        read=_read_cache_group,
        delete=_delete_cache_group,
    ),
    Resource(
        token="aws:rds/subnetGroup:SubnetGroup",
        inputs=words("name description subnetIds"),
        replace=words("name"),
        auto_name=AutoName(lower=True),
        sets=words("subnetIds"),
        defaults=_DESCRIBED,
        create=_create_db_group,
        read=_read_db_group,
        update=_update_db_group,
        delete=_delete_db_group,
        tagging=_tag_db_group,
    ),
    Resource(
        token="aws:opensearch/domain:Domain",
        inputs=frozenset(_DOMAIN) | words("domainName engineVersion"),
        replace=words("domainName encryptAtRest"),
        auto_name=AutoName("domainName", max_length=28, lower=True),
        sets=words("vpcOptions.subnetIds vpcOptions.securityGroupIds"),
        json=words("accessPolicies"),
        create=_create_domain,
        read=_read_domain,
        update=_update_domain,
        delete=_delete_domain,
        tagging=_tag_domain,
    ),
)
