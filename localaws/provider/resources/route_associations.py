"""What a route table applies to: subnets, gateways, a VPC as its main table, and the table that comes with a VPC."""

from __future__ import annotations

from typing import Any

from localaws.provider.context import Context, tag_map
from localaws.provider.ec2 import only, tagging
from localaws.provider.errors import ProviderError
from localaws.provider.registry import Resource, words
from localaws.provider.resources.routes import inline_routes, sync_routes, table_of
from localaws.provider.values import Props


def _create(ctx: Context, inputs: Props) -> str:
    target = {"SubnetId": inputs["subnetId"]} if inputs.get("subnetId") else {"GatewayId": inputs["gatewayId"]}
    return str(ctx.client("ec2").associate_route_table(RouteTableId=inputs["routeTableId"], **target)["AssociationId"])


def _association(ctx: Context, id_: str) -> dict[str, Any] | None:
    filters = [{"Name": "association.route-table-association-id", "Values": [id_]}]
    for table in ctx.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]:
        for association in table["Associations"]:
            if association["RouteTableAssociationId"] == id_:
                return {**association, "RouteTableId": table["RouteTableId"]}
    return None


def _read(ctx: Context, id_: str, state: Props) -> Props | None:
    # An update makes another association; the engine keeps the first id, so the state carries the present one.
    present = state.get("id") or id_
    found = _association(ctx, present)
    return found and {
        "id": present,
        "routeTableId": found["RouteTableId"],
        "subnetId": found.get("SubnetId"),
        "gatewayId": found.get("GatewayId"),
    }


def _update(ctx: Context, id_: str, old: Props, new: Props) -> None:
    answer = ctx.client("ec2").replace_route_table_association(
        AssociationId=old.get("id") or id_, RouteTableId=new["routeTableId"]
    )
    old["id"] = new["id"] = answer["NewAssociationId"]


def _delete(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").disassociate_route_table(AssociationId=state.get("id") or id_)


def _main(ctx: Context, vpc: str) -> dict[str, Any]:
    filters = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    for table in ctx.client("ec2").describe_route_tables(Filters=filters)["RouteTables"]:
        for association in table["Associations"]:
            if association.get("Main"):
                return {**association, "RouteTableId": table["RouteTableId"]}
    raise ProviderError(f"VPC {vpc} has no main route table")


def _create_main(ctx: Context, inputs: Props) -> str:
    before = _main(ctx, inputs["vpcId"])
    inputs["originalRouteTableId"] = before["RouteTableId"]
    answer = ctx.client("ec2").replace_route_table_association(
        AssociationId=before["RouteTableAssociationId"], RouteTableId=inputs["routeTableId"]
    )
    return str(answer["NewAssociationId"])


def _read_main(ctx: Context, id_: str, state: Props) -> Props | None:
    now = _main(ctx, state["vpcId"])
    if now["RouteTableAssociationId"] != (state.get("id") or id_):
        return None
    return {
        "id": now["RouteTableAssociationId"],
        "originalRouteTableId": state.get("originalRouteTableId"),
        "routeTableId": now["RouteTableId"],
        "vpcId": state["vpcId"],
    }


def _delete_main(ctx: Context, id_: str, state: Props) -> None:
    ctx.client("ec2").replace_route_table_association(
        AssociationId=state.get("id") or id_, RouteTableId=state["originalRouteTableId"]
    )


def _adopt_default(ctx: Context, inputs: Props) -> str:
    """Takes over the table that came with the VPC, and empties it of what the program does not list."""
    id_ = str(inputs["defaultRouteTableId"])
    table = table_of(ctx, id_)
    if table is None:
        raise ProviderError(f"there is no route table {id_}")
    sync_routes(ctx, id_, inline_routes(table), inputs.get("routes") or [])
    wanted, tags = inputs.get("tagsAll") or {}, tag_map(table.get("Tags"))
    tagging(ctx, id_, inputs, wanted, [key for key in tags if key not in wanted])
    return id_


def _read_default(ctx: Context, id_: str, state: Props) -> Props | None:
    table = only(ctx.client("ec2").describe_route_tables(RouteTableIds=[id_])["RouteTables"])
    if table is None:
        return None
    told = ctx.importing or "routes" in ctx.asked
    return {
        "arn": ctx.arn("ec2", f"route-table/{id_}"),
        "defaultRouteTableId": id_,
        "ownerId": table.get("OwnerId") or ctx.account,
        "propagatingVgws": [gateway["GatewayId"] for gateway in table.get("PropagatingVgws", ())],
        "routes": inline_routes(table) if told else state.get("routes", []),
        "tagsAll": tag_map(table.get("Tags")),
        "vpcId": table["VpcId"],
    }


def _update_default(ctx: Context, id_: str, old: Props, new: Props) -> None:
    sync_routes(ctx, id_, old.get("routes") or [], new.get("routes") or [])


def _leave(ctx: Context, id_: str, state: Props) -> None:
    """What comes with the VPC goes with it."""


RESOURCES = (
    Resource(
        token="aws:ec2/routeTableAssociation:RouteTableAssociation",
        inputs=words("routeTableId subnetId gatewayId"),
        replace=words("subnetId gatewayId"),
        exactly_one=(words("subnetId gatewayId"),),
        create=_create,
        read=_read,
        update=_update,
        delete=_delete,
    ),
    Resource(
        token="aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation",
        inputs=words("routeTableId vpcId"),
        replace=words("vpcId"),
        create=_create_main,
        read=_read_main,
        update=_update,
        delete=_delete_main,
    ),
    Resource(
        token="aws:ec2/defaultRouteTable:DefaultRouteTable",
        inputs=words("defaultRouteTableId routes"),
        replace=words("defaultRouteTableId"),
        sets=words("routes"),
        create=_adopt_default,
        read=_read_default,
        update=_update_default,
        delete=_leave,
        tagging=tagging,
    ),
)
