"""Route tables of transit gateways: tables, routes, associations and propagations."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, tag_spec, tagging
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Resource, words
from localaws.provider.values import UNKNOWN, Props

_TABLE_TOKEN = "aws:ec2transitgateway/routeTable:RouteTable"  # noqa: S105 - a type's name


def _table(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").describe_transit_gateway_route_tables(TransitGatewayRouteTableIds=[id_])
    return only(
        [table for table in answer["TransitGatewayRouteTables"] if table["State"] not in ("deleted", "deleting")]
    )


def _create_table(ctx: Context, inputs: Props) -> str:
    made = ctx.client("ec2").create_transit_gateway_route_table(
        TransitGatewayId=inputs["transitGatewayId"], **tag_spec("transit-gateway-route-table", inputs)
    )
    ctx.created_id = str(made["TransitGatewayRouteTable"]["TransitGatewayRouteTableId"])
    id_ = ctx.created_id

    def available() -> bool | None:
        table = _table(ctx, id_)
        return None if table and table["State"] == "pending" else True

    ctx.wait(f"transit gateway route table {id_}", available)
    return id_


def _read_table(ctx: Context, id_: str, state: Props) -> Props | None:
    table = _table(ctx, id_)
    return table and {
        "arn": ctx.arn("ec2", f"transit-gateway-route-table/{id_}"),
        "defaultAssociationRouteTable": table["DefaultAssociationRouteTable"],
        "defaultPropagationRouteTable": table["DefaultPropagationRouteTable"],
        "tagsAll": tag_map(table.get("Tags")),
        "transitGatewayId": table["TransitGatewayId"],
    }


def _delete_table(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").delete_transit_gateway_route_table(TransitGatewayRouteTableId=id_)
    ctx.wait(f"deletion of transit gateway route table {id_}", lambda: True if _table(ctx, id_) is None else None)


# -- routes -----------------------------------------------------------------------------------------------------------


def _target(inputs: Props) -> dict[str, Any]:
    if inputs.get("blackhole"):
        return {"Blackhole": True}
    return {"TransitGatewayAttachmentId": inputs["transitGatewayAttachmentId"]}


def _create_route(ctx: Context, inputs: Props) -> str:
    table, cidr = inputs["transitGatewayRouteTableId"], inputs["destinationCidrBlock"]
    ctx.client("ec2").create_transit_gateway_route(
        TransitGatewayRouteTableId=table, DestinationCidrBlock=cidr, **_target(inputs)
    )
    return f"{table}_{cidr}"


def _read_route(ctx: Context, id_: str, state: Props) -> Props | None:
    table, _, cidr = id_.partition("_")
    found = ctx.client("ec2").search_transit_gateway_routes(
        TransitGatewayRouteTableId=table,
        Filters=[{"Name": "type", "Values": ["static"]}, {"Name": "route-search.exact-match", "Values": [cidr]}],
    )["Routes"]
    route = only([each for each in found if each.get("State") not in ("deleted", "deleting")])
    if route is None:
        return None
    attachments = route.get("TransitGatewayAttachments") or []
    return {
        "blackhole": not attachments,
        "destinationCidrBlock": cidr,
        "transitGatewayAttachmentId": attachments[0]["TransitGatewayAttachmentId"] if attachments else None,
        "transitGatewayRouteTableId": table,
    }


def _delete_route(ctx: Context, id_: str, state: Props) -> None:
    table, _, cidr = id_.partition("_")
    ctx.client("ec2").delete_transit_gateway_route(TransitGatewayRouteTableId=table, DestinationCidrBlock=cidr)


def _check_target(inputs: Props) -> list[tuple[str, str]]:
    blackhole, attachment = inputs.get("blackhole"), inputs.get("transitGatewayAttachmentId")
    if UNKNOWN in (blackhole, attachment) or bool(blackhole) != (attachment not in (None, "")):
        return []
    return [("transitGatewayAttachmentId", "give either an attachment or blackhole, not both and not neither")]


# -- associations and propagations ------------------------------------------------------------------------------------


def _ids(id_: str) -> dict[str, str]:
    table, _, attachment = id_.partition("_")
    return {"TransitGatewayRouteTableId": table, "TransitGatewayAttachmentId": attachment}


def _relation(found: dict[str, Any] | None, id_: str) -> Props | None:
    ids = _ids(id_)
    return found and {
        "resourceId": found["ResourceId"],
        "resourceType": found["ResourceType"],
        "transitGatewayAttachmentId": ids["TransitGatewayAttachmentId"],
        "transitGatewayRouteTableId": ids["TransitGatewayRouteTableId"],
    }


def _search(ids: dict[str, str]) -> dict[str, Any]:
    return {
        "TransitGatewayRouteTableId": ids["TransitGatewayRouteTableId"],
        "Filters": [{"Name": "transit-gateway-attachment-id", "Values": [ids["TransitGatewayAttachmentId"]]}],
    }


def _association(ctx: Context, id_: str) -> dict[str, Any] | None:
    found = ctx.client("ec2").get_transit_gateway_route_table_associations(**_search(_ids(id_)))["Associations"]
    return only([each for each in found if each["State"] in ("associated", "associating")])


def _current_table(ctx: Context, attachment: str) -> str | None:
    found = ctx.client("ec2").describe_transit_gateway_attachments(TransitGatewayAttachmentIds=[attachment])
    association = (only(found["TransitGatewayAttachments"]) or {}).get("Association") or {}
    return association.get("TransitGatewayRouteTableId")


def _create_association(ctx: Context, inputs: Props) -> str:
    id_ = f"{inputs['transitGatewayRouteTableId']}_{inputs['transitGatewayAttachmentId']}"
    ec2 = ctx.client("ec2")
    if inputs.get("replaceExistingAssociation"):
        attachment = inputs["transitGatewayAttachmentId"]
        current = _current_table(ctx, attachment)
        if current and current != inputs["transitGatewayRouteTableId"]:
            ec2.disassociate_transit_gateway_route_table(
                TransitGatewayRouteTableId=current, TransitGatewayAttachmentId=attachment
            )
            ctx.wait(f"disassociation of {attachment}", lambda: None if _current_table(ctx, attachment) else True)
    ec2.associate_transit_gateway_route_table(**_ids(id_))
    ctx.created_id = id_

    def associated() -> bool | None:
        found = _association(ctx, id_)
        if found is None:
            raise ProviderError(f"the association {id_} is gone")
        return True if found["State"] == "associated" else None

    ctx.wait(f"association {id_}", associated)
    return id_


def _read_association(ctx: Context, id_: str, state: Props) -> Props | None:
    return _relation(_association(ctx, id_), id_)


def _delete_association(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").disassociate_transit_gateway_route_table(**_ids(id_))
    ctx.wait(f"disassociation {id_}", lambda: True if _association(ctx, id_) is None else None)


def _propagation(ctx: Context, id_: str) -> dict[str, Any] | None:
    answer = ctx.client("ec2").get_transit_gateway_route_table_propagations(**_search(_ids(id_)))
    return only([p for p in answer["TransitGatewayRouteTablePropagations"] if p["State"] in ("enabled", "enabling")])


def _create_propagation(ctx: Context, inputs: Props) -> str:
    id_ = f"{inputs['transitGatewayRouteTableId']}_{inputs['transitGatewayAttachmentId']}"
    ctx.client("ec2").enable_transit_gateway_route_table_propagation(**_ids(id_))
    return id_


def _read_propagation(ctx: Context, id_: str, state: Props) -> Props | None:
    return _relation(_propagation(ctx, id_), id_)


def _delete_propagation(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").disable_transit_gateway_route_table_propagation(**_ids(id_))
    ctx.wait(f"end of propagation {id_}", lambda: True if _propagation(ctx, id_) is None else None)


RESOURCES = (
    Resource(
        token=_TABLE_TOKEN,
        inputs=words("transitGatewayId"),
        replace=words("transitGatewayId"),
        create=_create_table,
        read=_read_table,
        delete=_delete_table,
        tagging=tagging,
    ),
    Resource(
        token="aws:ec2transitgateway/route:Route",
        inputs=words("blackhole destinationCidrBlock transitGatewayAttachmentId transitGatewayRouteTableId"),
        replace=words("blackhole destinationCidrBlock transitGatewayAttachmentId transitGatewayRouteTableId"),
        defaults={"blackhole": False},
        check=_check_target,
        create=_create_route,
        read=_read_route,
        delete=_delete_route,
    ),
    Resource(
        token="aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
        inputs=words("replaceExistingAssociation transitGatewayAttachmentId transitGatewayRouteTableId"),
        replace=words("replaceExistingAssociation transitGatewayAttachmentId transitGatewayRouteTableId"),
        write_only=words("replaceExistingAssociation"),
        create=_create_association,
        read=_read_association,
        delete=_delete_association,
    ),
    Resource(
        token="aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
        inputs=words("transitGatewayAttachmentId transitGatewayRouteTableId"),
        replace=words("transitGatewayAttachmentId transitGatewayRouteTableId"),
        create=_create_propagation,
        read=_read_propagation,
        delete=_delete_propagation,
    ),
)
