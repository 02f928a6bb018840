"""What the local AWS does not have is refused by name, in the form of the service's protocol."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("service", "call", "code", "words"),
    [
        ("ec2", lambda c: c.describe_capacity_blocks(), "UnsupportedOperation", "ec2:DescribeCapacityBlocks"),
        (
            "network-firewall",
            lambda c: c.list_container_associations(),
            "UnsupportedOperation",
            "network-firewall:ListContainer",
        ),
        ("logs", lambda c: c.list_anomalies(), "UnsupportedOperation", "logs:ListAnomalies"),
        ("iam", lambda c: c.get_service_last_accessed_details(JobId="x" * 36), "UnsupportedOperation", "iam:"),
        ("ram", lambda c: c.list_source_associations(), "UnsupportedOperation", "ram:ListSource"),
        ("workmail", lambda c: c.list_organizations(), "UnknownOperationException", "workmail: WorkMailService"),
        ("lambda", lambda c: c.get_account_settings(), "UnknownOperationException", "lambda: GET"),
    ],
)
def test_an_operation_that_is_not_there(aws, refused, service, call, code, words):
    with refused(code, words):
        call(aws(service))


def test_an_answer_is_final_and_not_tried_again(aws):
    ec2 = aws("ec2")
    with pytest.raises(ec2.exceptions.ClientError) as caught:
        ec2.describe_capacity_blocks()
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
