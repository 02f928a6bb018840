"""CloudWatch Logs through boto3: saved queries, keys, filters, limits."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def logs(aws):
    client = aws("logs")
    client.create_log_group(logGroupName="/firewall/alert")
    return client


@pytest.fixture
def put_filter(logs):
    def put(pattern="{ $.event.event_type = alert }", name="drops", **more):
        transformation = {"metricName": "Drops", "metricNamespace": "Firewall", "metricValue": "1", **more}
        logs.put_metric_filter(
            logGroupName="/firewall/alert",
            filterName=name,
            filterPattern=pattern,
            metricTransformations=[transformation],
        )

    return put


def test_saved_queries_are_put_listed_replaced_and_deleted(logs, refused):
    query = {"name": "firewall/top", "queryString": "stats count(*)", "logGroupNames": ["/firewall/alert"]}
    identifier = logs.put_query_definition(**query)["queryDefinitionId"]
    assert (
        logs.put_query_definition(**{**query, "name": "firewall/tls"}, queryDefinitionId=identifier)[
            "queryDefinitionId"
        ]
        == identifier
    )
    (found,) = logs.describe_query_definitions(queryDefinitionNamePrefix="firewall/")["queryDefinitions"]
    assert (found["name"], found["logGroupNames"]) == ("firewall/tls", ["/firewall/alert"])
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="other")["queryDefinitions"] == []
    assert logs.delete_query_definition(queryDefinitionId=identifier)["success"] is True
    with refused("ResourceNotFoundException"):
        logs.delete_query_definition(queryDefinitionId=identifier)


def test_a_saved_query_names_log_groups_that_exist(logs, refused):
    with refused("ResourceNotFoundException", "log group does not exist"):
        logs.put_query_definition(name="x", queryString="fields @message", logGroupNames=["/none"])


def test_a_filter_needs_a_pattern_that_aws_takes(logs, put_filter, refused):
    with refused("InvalidParameterException", "Invalid metric filter pattern"):
        put_filter("{ $.event. }")
    put_filter()
    put_filter('{ $.event.verdict.action = "drop" }')
    (found,) = logs.describe_metric_filters(logGroupName="/firewall/alert")["metricFilters"]
    assert found["filterPattern"] == '{ $.event.verdict.action = "drop" }'


def test_a_dimension_needs_a_field_and_no_default(put_filter, refused):
    with refused("InvalidParameterException", "mutually exclusive"):
        put_filter(defaultValue=0, dimensions={"Source": "$.event.src_ip"})
    with refused("InvalidParameterException", "JSON or space-delimited"):
        put_filter("ERROR", dimensions={"Source": "$.event.src_ip"})


def test_filters_go_with_their_log_group(logs, put_filter):
    put_filter()
    logs.delete_log_group(logGroupName="/firewall/alert")
    assert logs.describe_metric_filters()["metricFilters"] == []


def test_a_log_group_is_encrypted_with_a_key_that_lets_the_service_use_it(aws, logs, refused):
    kms = aws("kms")
    closed = kms.create_key()["KeyMetadata"]["Arn"]
    with refused("AccessDeniedException", "logs.eu-west-1.amazonaws.com"):
        logs.associate_kms_key(logGroupName="/firewall/alert", kmsKeyId=closed)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
        "Action": "kms:*",
        "Resource": "*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    key = kms.create_key(Policy=policy)["KeyMetadata"]["Arn"]
    logs.associate_kms_key(logGroupName="/firewall/alert", kmsKeyId=key)
    assert logs.describe_log_groups()["logGroups"][0]["kmsKeyId"] == key
    logs.disassociate_kms_key(logGroupName="/firewall/alert")
    assert "kmsKeyId" not in logs.describe_log_groups()["logGroups"][0]
    with refused("AccessDeniedException"):
        logs.create_log_group(logGroupName="/other", kmsKeyId=closed)


def test_retention_is_one_of_the_numbers_of_days_that_aws_offers(logs, refused):
    with refused("InvalidParameterException", "enum value set"):
        logs.put_retention_policy(logGroupName="/firewall/alert", retentionInDays=8)
    logs.put_retention_policy(logGroupName="/firewall/alert", retentionInDays=7)
    assert logs.describe_log_groups()["logGroups"][0]["retentionInDays"] == 7


def test_a_region_has_ten_resource_policies(logs, refused):
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    for index in range(10):
        logs.put_resource_policy(policyName=f"p{index}", policyDocument=document)
    with refused("LimitExceededException"):
        logs.put_resource_policy(policyName="p10", policyDocument=document)
    with refused("InvalidParameterException"):
        logs.put_resource_policy(policyName="p0", policyDocument="no policy")
