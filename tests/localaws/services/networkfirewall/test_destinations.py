"""The logging configuration: one change per call, destinations that exist."""

from __future__ import annotations

import pytest


def to_group(kind, group="/alerts"):
    return {"LogType": kind, "LogDestinationType": "CloudWatchLogs", "LogDestination": {"logGroup": group}}


def to_bucket(kind, bucket="flow-logs", **more):
    return {"LogType": kind, "LogDestinationType": "S3", "LogDestination": {"bucketName": bucket, **more}}


@pytest.fixture
def put(aws, firewalls, make_firewall):
    make_firewall()
    aws("logs").create_log_group(logGroupName="/alerts")
    aws("s3").create_bucket(Bucket="flow-logs", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def update(*configs):
        firewalls.update_logging_configuration(
            FirewallName="firewall", LoggingConfiguration={"LogDestinationConfigs": list(configs)}
        )
        answer = firewalls.describe_logging_configuration(FirewallName="firewall")
        return (answer.get("LoggingConfiguration") or {}).get("LogDestinationConfigs", [])

    return update


def test_destinations_come_one_by_one(put, refused):
    with refused("InvalidRequestException", "Only one LogDestinationConfig"):
        put(to_group("ALERT"), to_bucket("FLOW"))
    assert put(to_group("ALERT")) == [to_group("ALERT")]
    assert put(to_group("ALERT"), to_bucket("FLOW")) == [to_group("ALERT"), to_bucket("FLOW")]


def test_a_destination_type_changes_by_way_of_none(put, refused):
    put(to_group("ALERT"))
    with refused("InvalidRequestException", "cannot be changed"):
        put(to_bucket("ALERT"))
    assert put() == []
    assert put(to_bucket("ALERT", prefix="alerts")) == [to_bucket("ALERT", prefix="alerts")]
    assert put(to_bucket("ALERT", prefix="other")) == [to_bucket("ALERT", prefix="other")]


def test_a_log_type_has_one_destination(put, refused):
    put(to_group("ALERT"))
    with refused("InvalidRequestException", "one log destination is allowed per log type"):
        put(to_group("ALERT"), to_bucket("ALERT"))


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (to_group("ALERT", "/none"), "Log group /none does not exist"),
        (to_bucket("ALERT", "none"), "Bucket none does not exist"),
        (to_bucket("ALERT", prefix="/x"), "slash"),
        ({**to_group("ALERT"), "LogDestination": {"logGroupName": "/alerts"}}, "takes logGroup, not logGroupName"),
        ({**to_bucket("ALERT"), "LogDestination": {"bucket": "flow-logs"}}, "takes bucketName, prefix, not bucket"),
        ({**to_group("ALERT"), "LogType": "DNS"}, "enum value set: [ALERT, FLOW, TLS]"),
    ],
)
def test_a_destination_that_is_not_there_is_refused(put, refused, config, words):
    with refused("InvalidRequestException", words):
        put(config)


def test_logging_is_switched_off_before_the_firewall_is_deleted(firewalls, put, refused):
    put(to_group("ALERT"))
    with refused("InvalidOperationException", "logging is enabled"):
        firewalls.delete_firewall(FirewallName="firewall")
    put()
    assert firewalls.delete_firewall(FirewallName="firewall")["FirewallStatus"]["Status"] == "DELETING"
