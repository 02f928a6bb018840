"""Writes docs/local-aws-errors.md: which of the errors that AWS documents the local AWS has, operation by operation.

`python -m tests.localaws.errors`. The operations are those that change something in the lives of both layouts
(tests/localaws/operations.py records them), the errors those of botocore's models, and EC2's of its API reference.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import botocore.session

from tests.localaws.operations import FILE
from tests.localaws.reach import reachable

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "local-aws-errors.md"

NOTHING_OF_ITS_OWN: Final = frozenset(
    {
        "DeleteInstanceConnectEndpoint",
        "DeleteNetworkInsightsPath",
        "DisableTransitGatewayRouteTablePropagation",
        "DisassociateTransitGatewayRouteTable",
        "ModifyVpcEndpoint",
    }
)
"""Operations of EC2's for which the page has no codes but those of every operation."""
EC2: Final[dict[str, str]] = {
    "AllocateAddress": "AddressLimitExceeded",
    "AssociateRouteTable": "InvalidRouteTableID.NotFound InvalidSubnetID.NotFound Resource.AlreadyAssociated",
    "AttachInternetGateway": "InvalidInternetGatewayID.NotFound InvalidVpcID.NotFound Resource.AlreadyAssociated",
    "AuthorizeSecurityGroupEgress": "InvalidGroup.NotFound InvalidPermission.Duplicate InvalidPermission.Malformed "
    "RulesPerSecurityGroupLimitExceeded",
    "AuthorizeSecurityGroupIngress": "InvalidGroup.NotFound InvalidPermission.Duplicate InvalidPermission.Malformed "
    "RulesPerSecurityGroupLimitExceeded",
    "AssociateTransitGatewayRouteTable": "InvalidTransitGatewayAttachmentID.NotFound InvalidRouteTableID.NotFound "
    "Resource.AlreadyAssociated IncorrectState",
    "CreateFlowLogs": "FlowLogAlreadyExists FlowLogsLimitExceeded LogDestinationNotFoundException "
    "LogDestinationPermissionIssue InvalidVpcID.NotFound",
    "CreateInstanceConnectEndpoint": "ResourceLimitExceeded InvalidSubnetID.NotFound InvalidGroup.NotFound",
    "CreateInternetGateway": "InternetGatewayLimitExceeded",
    "CreateNatGateway": "NatGatewayLimitExceeded InvalidSubnetID.NotFound InvalidAllocationID.NotFound "
    "Resource.AlreadyAssociated Gateway.NotAttached InsufficientFreeAddressesInSubnet",
    "CreateNetworkInsightsPath": "NetworkInsightsPathLimitExceeded InvalidNetworkInterfaceID.NotFound",
    "CreateNetworkInterface": "NetworkInterfaceLimitExceeded SecurityGroupsPerInterfaceLimitExceeded "
    "InvalidSubnetID.NotFound InsufficientFreeAddressesInSubnet",
    "CreateRoute": "InvalidRouteTableID.NotFound RouteAlreadyExists RouteLimitExceeded InvalidGatewayID.NotFound "
    "InvalidNatGatewayID.NotFound InvalidVpcEndpointId.NotFound InvalidTransitGatewayID.NotFound",
    "CreateRouteTable": "RouteTableLimitExceeded InvalidVpcID.NotFound",
    "CreateSecurityGroup": "InvalidGroup.Duplicate InvalidGroup.Reserved SecurityGroupLimitExceeded "
    "InvalidVpcID.NotFound",
    "CreateSubnet": "InvalidSubnet.Conflict InvalidSubnet.Range InvalidVpcID.NotFound SubnetLimitExceeded",
    "CreateTags": "TagLimitExceeded InvalidTagKey.Malformed InvalidID",
    "CreateTransitGateway": "TransitGatewayLimitExceeded",
    "CreateTransitGatewayRoute": "RouteAlreadyExists InvalidRouteTableID.NotFound "
    "InvalidTransitGatewayAttachmentID.NotFound",
    "CreateTransitGatewayRouteTable": "InvalidTransitGatewayID.NotFound",
    "CreateTransitGatewayVpcAttachment": "DuplicateTransitGatewayAttachment InvalidTransitGatewayID.NotFound "
    "InvalidVpcID.NotFound InvalidSubnetID.NotFound IncorrectState",
    "CreateVpc": "VpcLimitExceeded InvalidVpc.Range",
    "CreateVpcEndpoint": "VpcEndpointLimitExceeded InvalidVpcID.NotFound InvalidServiceName RouteAlreadyExists "
    "InvalidRouteTableId.NotFound InvalidSubnetID.NotFound DuplicateSubnetsInSameZone InvalidPolicyDocument",
    "DeleteInternetGateway": "InvalidInternetGatewayID.NotFound DependencyViolation",
    "DeleteNatGateway": "NatGatewayNotFound",
    "DeleteRoute": "InvalidRoute.NotFound InvalidRouteTableID.NotFound",
    "DeleteRouteTable": "InvalidRouteTableID.NotFound DependencyViolation",
    "DeleteSecurityGroup": "InvalidGroup.NotFound CannotDelete DependencyViolation",
    "DeleteSubnet": "InvalidSubnetID.NotFound DependencyViolation",
    "DeleteTransitGateway": "InvalidTransitGatewayID.NotFound IncorrectState",
    "DeleteTransitGatewayRoute": "InvalidRoute.NotFound InvalidRouteTableID.NotFound",
    "DeleteTransitGatewayRouteTable": "InvalidRouteTableID.NotFound IncorrectState",
    "DeleteTransitGatewayVpcAttachment": "InvalidTransitGatewayAttachmentID.NotFound IncorrectState",
    "DeleteVpc": "InvalidVpcID.NotFound DependencyViolation",
    "DeleteVpcEndpoints": "InvalidVpcEndpoint.NotFound",
    "DetachInternetGateway": "InvalidInternetGatewayID.NotFound Gateway.NotAttached DependencyViolation",
    "DisassociateRouteTable": "InvalidAssociationID.NotFound",
    "EnableTransitGatewayRouteTablePropagation": "InvalidTransitGatewayAttachmentID.NotFound "
    "InvalidRouteTableID.NotFound",
    "ModifySubnetAttribute": "InvalidSubnetID.NotFound",
    "ModifyVpcAttribute": "InvalidVpcID.NotFound",
    "ReleaseAddress": "InvalidAllocationID.NotFound InvalidIPAddress.InUse",
    "ReplaceRoute": "InvalidRouteTableID.NotFound InvalidGatewayID.NotFound InvalidNatGatewayID.NotFound",
    "RevokeSecurityGroupEgress": "InvalidGroup.NotFound InvalidPermission.NotFound",
    "RevokeSecurityGroupIngress": "InvalidGroup.NotFound InvalidPermission.NotFound",
    "RunInstances": "InvalidAMIID.NotFound InvalidSubnetID.NotFound InvalidGroup.NotFound InvalidKeyPair.NotFound "
    "InstanceLimitExceeded InsufficientFreeAddressesInSubnet SecurityGroupsPerInstanceLimitExceeded Unsupported",
    "TerminateInstances": "InvalidInstanceID.NotFound OperationNotPermitted",
}
"""EC2's model lists no errors: these are those of "Error codes for the Amazon EC2 API" that speak of what it does."""

NEVER: Final[dict[str, tuple[str, ...]]] = {
    "AWS's own faults": (
        "InternalServerError",
        "InternalServerErrorException",
        "InternalServerException",
        "InternalServiceError",
        "InternalServiceException",
        "InternalServiceErrorException",
        "InternalException",
        "InternalError",
        "ServiceFailure",
        "ServiceUnavailableException",
        "ServiceUnavailable",
        "KMSInternal",
        "KMSInternalException",
        "DependencyTimeout",
        "DependencyTimeoutException",
        "ServerInternalException",
        "OperationTimeoutException",
        "UnknownResourceException",
    ),
    "too many requests at once": (
        "ThrottlingException",
        "Throttled",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestThrottled",
        "TooManyUpdates",
        "LimitExceededFault",
    ),
    "requests at the same time, which here are answered one after the other": (
        "OperationAborted",
        "OperationAbortedException",
        "ConcurrentModification",
        "ConcurrentModificationException",
        "ConcurrentModificationFault",
        "ConcurrentAccess",
        "StaleTag",
        "IdempotencyException",
    ),
    "permissions, which the local AWS does not judge": (
        "AccessDeniedException",
        "AccessDenied",
        "AuthorizationError",
        "AuthorizationErrorException",
        "OperationNotPermittedException",
        "UnauthorizedOperation",
        "LogDestinationPermissionIssue",
    ),
    "capacity that AWS has run out of": ("InsufficientCapacityException", "InstanceLimitExceeded"),
    "what the stacks never ask for (stores of keys, federation, policies of parameters, signatures, consoles)": (
        "CloudHsmClusterInvalidConfigurationException",
        "CustomKeyStoreInvalidStateException",
        "CustomKeyStoreNotFoundException",
        "XksKeyAlreadyInUseException",
        "XksKeyInvalidConfigurationException",
        "XksKeyNotFoundException",
        "FederationSourceException",
        "FederationSourceRetryableException",
        "IncompatiblePolicyException",
        "InvalidPolicyAttributeException",
        "InvalidPolicyTypeException",
        "PoliciesLimitExceededException",
        "HierarchyLevelLimitExceededException",
        "HierarchyTypeMismatchException",
        "InvalidSecurity",
        "TagPolicy",
        "ReplayLimitExceeded",
        "ManagedRuleException",
        "FilterPolicyLimitExceeded",
        "UnmodifiableEntity",
        "DeleteConflictWithServiceRole",
    ),
}
"""Why the local AWS never has an error, with the errors of that kind."""
_REASON: Final = {code: reason for reason, codes in NEVER.items() for code in codes}


_MODELS: Final = {"monitoring": "cloudwatch"}
"""Names of botocore's models, where requests are signed for another one."""


SHOWN: Final = {("ec2", "RunInstances"): {"InsufficientFreeAddressesInSubnet"}}
"""What is raised by a way that can't be read off: tests/localaws/services/test_as_strict_as_aws.py has them."""


def documented(service: str, operation: str) -> list[str]:
    """Return the codes that AWS documents for an operation."""
    if service == "ec2":
        return EC2.get(operation, "").split()
    model = botocore.session.Session().get_service_model(_MODELS.get(service, service))
    shapes = model.operation_model(operation).error_shapes
    return sorted({shape.metadata.get("error", {}).get("code") or shape.name for shape in shapes})


def rows(operations: list[str]) -> list[tuple[str, str, list[str], list[str], list[str]]]:
    """Return service, operation, and the codes that are there, those that are not, and those that never can be."""
    found = []
    for each in operations:
        service, _, operation = each.partition(":")
        codes = documented(service, operation)
        there = reachable(service, operation) | SHOWN.get((service, operation), set())
        raised = [code for code in codes if code in there]
        never = [code for code in codes if code not in there and code in _REASON]
        found.append((service, operation, raised, [c for c in codes if c not in raised and c not in never], never))
    return found


INTRODUCTION: Final = """\
The operations are those that change something while both layouts are built, changed and taken away by the real engine;
the errors are those of botocore's models of the services and, for EC2, of its API reference. An error is *raised* where
the code behind the operation can end with it; on which conditions is for the tests in `tests/localaws/` to say.
`.venv/bin/python -m tests.localaws.errors` writes this page; a test holds it against the code."""


def document() -> str:
    """Return the page."""
    table = rows(json.loads(FILE.read_text()))
    lines = [
        "# Errors that AWS documents, and which the local AWS has",
        "",
        INTRODUCTION,
        "",
    ]
    for service in sorted({row[0] for row in table}):
        lines += [f"## {service}", "", "| operation | raised | not raised |", "|---|---|---|"]
        lines += [
            f"| {operation} | {_list(raised)} | {_list(missing)} |"
            for kind, operation, raised, missing, _never in table
            if kind == service
        ]
        lines.append("")
    lines += ["## What the local AWS can't have", "", "| errors | why |", "|---|---|"]
    met = {code for row in table for code in row[4]}
    lines += [
        f"| {_list(sorted(met.intersection(codes)))} | {reason} |"
        for reason, codes in NEVER.items()
        if met.intersection(codes)
    ]
    return "\n".join(lines) + "\n"


def _list(codes: list[str]) -> str:
    return ", ".join(f"`{code}`" for code in codes) or "-"


if __name__ == "__main__":
    DOCUMENT.write_text(document())
