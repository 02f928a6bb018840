"""Route 53 Resolver's query logging."""

from __future__ import annotations

from localaws.provider.context import Context
from localaws.provider.errors import BUSY
from localaws.provider.registry import Resource, words
from localaws.provider.resources.route53resolver import new_tags, request_id, tagging, tags_by_arn
from localaws.provider.values import Props


def _create_config(ctx: Context, inputs: Props) -> str:
    answer = ctx.client("route53resolver").create_resolver_query_log_config(
        Name=inputs["name"], DestinationArn=inputs["destinationArn"], **request_id(), **new_tags(inputs)
    )
    return str(answer["ResolverQueryLogConfig"]["Id"])


def _read_config(ctx: Context, id_: str, state: Props) -> Props | None:
    client = ctx.client("route53resolver")
    config = client.get_resolver_query_log_config(ResolverQueryLogConfigId=id_)["ResolverQueryLogConfig"]
    return {
        "arn": config["Arn"],
        "destinationArn": config["DestinationArn"],
        "name": config["Name"],
        "ownerId": config["OwnerId"],
        "shareStatus": config["ShareStatus"],
        "tagsAll": tags_by_arn(ctx, config["Arn"]),
    }


def _delete_config(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("route53resolver").delete_resolver_query_log_config(ResolverQueryLogConfigId=id_)


def _create_association(ctx: Context, inputs: Props) -> str:
    client = ctx.client("route53resolver")
    answer = client.associate_resolver_query_log_config(
        ResolverQueryLogConfigId=inputs["resolverQueryLogConfigId"], ResourceId=inputs["resourceId"]
    )
    id_ = str(answer["ResolverQueryLogConfigAssociation"]["Id"])
    ctx.created_id = id_

    def active() -> bool | None:
        found = client.get_resolver_query_log_config_association(ResolverQueryLogConfigAssociationId=id_)
        return True if found["ResolverQueryLogConfigAssociation"]["Status"] == "ACTIVE" else None

    ctx.wait(f"query log association {id_}", active)
    return id_


def _read_association(ctx: Context, id_: str, state: Props) -> Props | None:
    client = ctx.client("route53resolver")
    found = client.get_resolver_query_log_config_association(ResolverQueryLogConfigAssociationId=id_)
    association = found["ResolverQueryLogConfigAssociation"]
    return {
        "resolverQueryLogConfigId": association["ResolverQueryLogConfigId"],
        "resourceId": association["ResourceId"],
    }


def _delete_association(ctx: Context, id_: str, state: Props) -> None:
    client = ctx.client("route53resolver")
    client.disassociate_resolver_query_log_config(
        ResolverQueryLogConfigId=state["resolverQueryLogConfigId"], ResourceId=state["resourceId"]
    )
    ctx.wait_gone(
        f"removal of query log association {id_}",
        lambda: client.get_resolver_query_log_config_association(ResolverQueryLogConfigAssociationId=id_),
    )


RESOURCES = (
    Resource(
        token="aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig",
        inputs=words("name destinationArn"),
        replace=words("name destinationArn"),
        # AWS says so while VPCs are associated with it.
        busy=BUSY | {"InvalidRequestException"},
        create=_create_config,
        read=_read_config,
        delete=_delete_config,
        tagging=tagging,
    ),
    Resource(
        token="aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation",
        inputs=words("resolverQueryLogConfigId resourceId"),
        replace=words("resolverQueryLogConfigId resourceId"),
        create=_create_association,
        read=_read_association,
        delete=_delete_association,
    ),
)
