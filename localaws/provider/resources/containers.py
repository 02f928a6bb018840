"""ECS clusters, task definitions and services, and EKS clusters."""

from __future__ import annotations

import json
from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, pick
from localaws.provider.registry import AutoName, Resource, words
from localaws.provider.tagging import by_arn, lower_key_and_value, tagged
from localaws.provider.values import Props

_GONE = ("INACTIVE", "DRAINING", "DELETING")


def _ecs_tags(inputs: Props) -> dict[str, Any]:
    tags = lower_key_and_value(inputs.get("tagsAll") or {})
    return {"tags": tags} if tags else {}


_tag_ecs = tagged(
    "ecs",
    by_arn("resourceArn"),
    names=("tags", "tagKeys"),
    form=lower_key_and_value,
)


# -- clusters ---------------------------------------------------------------------------------------------------------


def _create_cluster(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ecs").create_cluster(
        clusterName=inputs["name"], **pick(inputs, {"settings": "settings"}), **_ecs_tags(inputs)
    )
    return str(answer["cluster"]["clusterArn"])


def _read_cluster(ctx: Context, id_: str, state: Props) -> Props | None:
    cluster = only(ctx.client("ecs").describe_clusters(clusters=[id_], include=["TAGS", "SETTINGS"])["clusters"])
    if cluster is None or cluster["status"] in _GONE:
        return None
    return {
        "arn": cluster["clusterArn"],
        "name": cluster["clusterName"],
        "settings": cluster.get("settings") or [],
        "tagsAll": tag_map(cluster.get("tags")),
    }


def _update_cluster(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("ecs").update_cluster_settings(cluster=id_, settings=new["settings"])


def _delete_cluster(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ecs").delete_cluster(cluster=id_)


# -- task definitions -------------------------------------------------------------------------------------------------

_TASK = {
    "cpu": "cpu",
    "executionRoleArn": "executionRoleArn",
    "family": "family",
    "memory": "memory",
    "networkMode": "networkMode",
    "requiresCompatibilities": "requiresCompatibilities",
    "taskRoleArn": "taskRoleArn",
}


def _create_task(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ecs").register_task_definition(
        containerDefinitions=json.loads(inputs["containerDefinitions"]), **pick(inputs, _TASK), **_ecs_tags(inputs)
    )["taskDefinition"]
    inputs["arn"] = answer["taskDefinitionArn"]
    return str(answer["family"])


def _read_task(ctx: Context, id_: str, state: Props) -> Props | None:
    answer = ctx.client("ecs").describe_task_definition(taskDefinition=state.get("arn") or id_, include=["TAGS"])
    task = answer["taskDefinition"]
    if task["status"] in _GONE:
        return None
    arn = task["taskDefinitionArn"]
    return {
        **{ours: task[theirs] for ours, theirs in _TASK.items() if task.get(theirs)},
        "arn": arn,
        "arnWithoutRevision": arn.rpartition(":")[0],
        # AWS fills many things into a container; the program's text says what was asked for.
        "containerDefinitions": state.get("containerDefinitions") or json.dumps(task["containerDefinitions"]),
        "networkMode": task.get("networkMode") or "bridge",
        "revision": task["revision"],
        "tagsAll": tag_map(answer.get("tags")),
    }


def _delete_task(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ecs").deregister_task_definition(taskDefinition=state["arn"])


# -- services ---------------------------------------------------------------------------------------------------------


def _network(inputs: Props) -> dict[str, Any]:
    network = inputs.get("networkConfiguration")
    if not network:
        return {}
    vpc = {"subnets": network["subnets"], **pick(network, {"securityGroups": "securityGroups"})}
    vpc["assignPublicIp"] = "ENABLED" if network.get("assignPublicIp") else "DISABLED"
    return {"networkConfiguration": {"awsvpcConfiguration": vpc}}


def _create_service(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("ecs").create_service(
        serviceName=inputs["name"],
        desiredCount=inputs.get("desiredCount") or 0,
        **pick(inputs, {"cluster": "cluster", "taskDefinition": "taskDefinition", "launchType": "launchType"}),
        **_network(inputs),
        **_ecs_tags(inputs),
    )
    return str(answer["service"]["serviceArn"])


def _read_service(ctx: Context, id_: str, state: Props) -> Props | None:
    cluster = pick(state, {"cluster": "cluster"})
    answer = ctx.client("ecs").describe_services(services=[id_], include=["TAGS"], **cluster)
    service = only(answer["services"])
    if service is None or service["status"] in _GONE:
        return None
    vpc = (service.get("networkConfiguration") or {}).get("awsvpcConfiguration")
    return {
        "arn": service["serviceArn"],
        "cluster": state.get("cluster") or service["clusterArn"],
        "desiredCount": service["desiredCount"],
        "launchType": service.get("launchType") or "EC2",
        "name": service["serviceName"],
        "networkConfiguration": {
            "assignPublicIp": vpc.get("assignPublicIp") == "ENABLED",
            "securityGroups": vpc.get("securityGroups") or [],
            "subnets": vpc["subnets"],
        }
        if vpc
        else None,
        "tagsAll": tag_map(service.get("tags")),
        "taskDefinition": state.get("taskDefinition") or service.get("taskDefinition"),
    }


def _update_service(ctx: Context, id_: str, old: Props, new: Props) -> None:
    ctx.client("ecs").update_service(
        service=id_,
        desiredCount=new.get("desiredCount") or 0,
        **pick(new, {"cluster": "cluster", "taskDefinition": "taskDefinition"}),
        **_network(new),
    )


def _delete_service(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ecs").delete_service(service=id_, force=True, **pick(state, {"cluster": "cluster"}))


# -- EKS --------------------------------------------------------------------------------------------------------------


def _vpc_config(config: Props) -> dict[str, Any]:
    found = pick(config, {"subnetIds": "subnetIds", "securityGroupIds": "securityGroupIds"})
    found.update(pick(config, {"publicAccessCidrs": "publicAccessCidrs"}))
    for switch in ("endpointPrivateAccess", "endpointPublicAccess"):
        if config.get(switch) is not None:
            found[switch] = config[switch]
    return found


def _create_eks(ctx: Context, inputs: Props) -> str:
    ctx.client("eks").create_cluster(
        name=inputs["name"],
        roleArn=inputs["roleArn"],
        resourcesVpcConfig=_vpc_config(inputs["vpcConfig"]),
        **pick(inputs, {"version": "version", "tagsAll": "tags"}),
    )
    return str(inputs["name"])


def _read_eks(ctx: Context, id_: str, state: Props) -> Props | None:
    cluster = ctx.client("eks").describe_cluster(name=id_)["cluster"]
    if cluster["status"] in _GONE:
        return None
    vpc = cluster["resourcesVpcConfig"]
    issuer = ((cluster.get("identity") or {}).get("oidc") or {}).get("issuer", "")
    return {
        "arn": cluster["arn"],
        "certificateAuthority": {"data": (cluster.get("certificateAuthority") or {}).get("data", "")},
        "createdAt": cluster["createdAt"].strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endpoint": cluster.get("endpoint", ""),
        "identities": [{"oidcs": [{"issuer": issuer}]}],
        "name": id_,
        "platformVersion": cluster.get("platformVersion", ""),
        "roleArn": cluster["roleArn"],
        "status": cluster["status"],
        "tagsAll": cluster.get("tags") or {},
        "version": cluster.get("version"),
        "vpcConfig": {
            "clusterSecurityGroupId": vpc.get("clusterSecurityGroupId", ""),
            "endpointPrivateAccess": bool(vpc.get("endpointPrivateAccess")),
            "endpointPublicAccess": bool(vpc.get("endpointPublicAccess", True)),
            "publicAccessCidrs": vpc.get("publicAccessCidrs") or [],
            "securityGroupIds": vpc.get("securityGroupIds") or [],
            "subnetIds": vpc.get("subnetIds") or state.get("vpcConfig", {}).get("subnetIds", []),
            "vpcId": vpc.get("vpcId", ""),
        },
    }


_tag_eks = tagged("eks", by_arn("resourceArn"), names=("tags", "tagKeys"), form=dict)


def _delete_eks(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("eks").delete_cluster(name=id_)


RESOURCES = (
    Resource(
        token="aws:ecs/cluster:Cluster",
        inputs=words("name settings"),
        replace=words("name"),
        sets=words("settings"),
        create=_create_cluster,
        read=_read_cluster,
        update=_update_cluster,
        delete=_delete_cluster,
        tagging=_tag_ecs,
    ),
    Resource(
        token="aws:ecs/taskDefinition:TaskDefinition",
        inputs=frozenset(_TASK) | words("containerDefinitions"),
        sets=words("requiresCompatibilities"),
        json=words("containerDefinitions"),
        create=_create_task,
        read=_read_task,
        delete=_delete_task,
        tagging=_tag_ecs,
    ),
    Resource(
        token="aws:ecs/service:Service",
        inputs=words("name cluster taskDefinition desiredCount launchType networkConfiguration"),
        replace=words("name cluster launchType"),
        sets=words("networkConfiguration.subnets networkConfiguration.securityGroups"),
        create=_create_service,
        read=_read_service,
        update=_update_service,
        delete=_delete_service,
        tagging=_tag_ecs,
    ),
    Resource(
        token="aws:eks/cluster:Cluster",
        inputs=words("name roleArn vpcConfig version"),
        auto_name=AutoName(max_length=100),
        sets=words("vpcConfig.subnetIds vpcConfig.securityGroupIds vpcConfig.publicAccessCidrs"),
        create=_create_eks,
        read=_read_eks,
        delete=_delete_eks,
        tagging=_tag_eks,
    ),
)
