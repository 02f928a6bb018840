"""Flow operations: a zone at a time, of an endpoint that is there, by filters that can be read."""

from __future__ import annotations

import pytest

ZONE = "eu-west-1a"


def source(address):
    return {"SourceAddress": {"AddressDefinition": address}}


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"AvailabilityZone": "eu-west-1c"}, "InvalidRequestException", "no endpoint in availability zone eu-west-1c"),
        ({"FlowFilters": []}, "InvalidRequestException", "1 to 20 filters"),
        ({"FlowFilters": [source("10.0.0.1")] * 21}, "InvalidRequestException", "1 to 20 filters"),
        ({"FlowFilters": [source("10.0.0.1/8")]}, "InvalidRequestException", "SourceAddress is invalid"),
        ({"VpcEndpointId": "vpce-1"}, "UnsupportedOperation", "VpcEndpointId is not in the local AWS"),
    ],
)
@pytest.mark.parametrize("start", ["start_flow_capture", "start_flow_flush"])
def test_what_no_operation_can_be_made_of_is_refused(start, more, code, words, make_firewall, firewalls, refused):
    arn = make_firewall()["Firewall"]["FirewallArn"]
    request = {"FirewallArn": arn, "AvailabilityZone": ZONE, "FlowFilters": [source("10.0.0.1")], **more}
    with refused(code, words):
        getattr(firewalls, start)(**request)


def test_operations_are_listed_and_described_by_type_and_zone(make_firewall, firewalls, refused, until):
    arn = make_firewall()["Firewall"]["FirewallArn"]
    asked = {"FirewallArn": arn, "AvailabilityZone": ZONE, "FlowFilters": [source("10.0.0.1")]}
    capture = firewalls.start_flow_capture(**asked)["FlowOperationId"]
    flush = firewalls.start_flow_flush(**asked, MinimumFlowAgeInSeconds=5)["FlowOperationId"]

    def listed(**more):
        found = firewalls.list_flow_operations(FirewallArn=arn, **more)["FlowOperations"]
        return [item["FlowOperationId"] for item in found]

    assert listed() == [flush, capture]
    assert listed(FlowOperationType="FLOW_CAPTURE", AvailabilityZone=ZONE) == [capture]
    assert listed(AvailabilityZone="eu-west-1b") == []
    this = {"FirewallArn": arn, "FlowOperationId": flush}
    until(lambda: firewalls.describe_flow_operation(**this)["FlowOperationStatus"] == "COMPLETED")
    told = firewalls.describe_flow_operation(**this)
    assert told["FlowOperation"] == {"MinimumFlowAgeInSeconds": 5, "FlowFilters": [source("10.0.0.1")]}
    assert firewalls.list_flow_operation_results(**this)["Flows"] == []
    with refused("ResourceNotFoundException", "Flow operation 0000"):
        firewalls.describe_flow_operation(FirewallArn=arn, FlowOperationId="00000000-0000-0000-0000-000000000000")
