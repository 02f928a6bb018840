"""Lives of the types beside the network: what puts workloads into it, storage, identity, logs and alarms."""

from tests.localaws.provider.world import LIST, READ, TRUST, Life

BESIDE = [
    Life(
        "aws:s3/bucket:Bucket", lambda w: {"tags": {"a": "b"}}, {"tags": {}, "forceDestroy": True}, {"bucket": "named"}
    ),
    Life(
        "aws:s3/bucketPolicy:BucketPolicy",
        lambda w: {"bucket": w.bucket.id, "policy": READ},
        {"policy": LIST},
        {"bucket": "another"},
    ),
    Life(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        lambda w: {"bucket": w.bucket.id, "blockPublicAcls": True},
        {"blockPublicAcls": False, "blockPublicPolicy": True},
    ),
    Life(
        "aws:s3/bucketVersioning:BucketVersioning",
        lambda w: {"bucket": w.bucket.id, "versioningConfiguration": {"status": "Enabled"}},
        {"versioningConfiguration": {"status": "Suspended"}},
    ),
    Life(
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        lambda w: {"bucket": w.versioned.id, "rule": {"defaultRetention": {"mode": "GOVERNANCE", "days": 7}}},
        {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 8}}},
    ),
    Life(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        lambda w: {
            "bucket": w.bucket.id,
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"}, "bucketKeyEnabled": True}],
        },
        {"rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]},
    ),
    Life(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lambda w: {
            "bucket": w.bucket.id,
            "rules": [{"id": "old", "status": "Enabled", "filter": {"prefix": "logs/"}, "expiration": {"days": 7}}],
        },
        {"rules": [{"id": "old", "status": "Enabled", "filter": {}, "expiration": {"days": 30}}]},
    ),
    Life(
        "aws:iam/role:Role",
        lambda w: {"assumeRolePolicy": TRUST, "tags": {"a": "b"}, "inlinePolicies": [{"name": "p", "policy": READ}]},
        {"description": "changed", "inlinePolicies": [{"name": "q", "policy": LIST}], "tags": {"c": "d"}},
        {"name": "another"},
    ),
    Life(
        "aws:iam/rolePolicy:RolePolicy",
        lambda w: {"role": w.role.id, "policy": READ},
        {"policy": LIST},
        {"role": "another"},
    ),
    Life(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        lambda w: {"role": w.role.id, "policyArn": w.policy.id},
        replace={"policyArn": "arn:aws:iam::aws:policy/other"},
    ),
    Life(
        "aws:iam/instanceProfile:InstanceProfile",
        lambda w: {"role": w.role.id},
        {"role": None, "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:iam/policy:Policy", lambda w: {"policy": READ}, {"policy": LIST, "tags": {"a": "b"}}, {"name": "another"}
    ),
    Life(
        "aws:cloudwatch/logGroup:LogGroup",
        lambda w: {"retentionInDays": 7, "tags": {"a": "b"}},
        {"retentionInDays": 30, "tags": {"c": "d"}},
        {"name": "another"},
    ),
    Life(
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        lambda w: {
            "logGroupName": w.logs.id,
            "pattern": '{ $.event.alert.action = "blocked" }',
            "metricTransformation": {"name": "n", "namespace": "s", "value": "1", "defaultValue": "0"},
        },
        {"metricTransformation": {"name": "n", "namespace": "s", "value": "2"}},
        {"name": "another"},
    ),
    Life(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        lambda w: {
            "comparisonOperator": "GreaterThanThreshold",
            "evaluationPeriods": 1,
            "metricName": "m",
            "namespace": "n",
            "period": 300,
            "statistic": "Sum",
            "threshold": 0,
            "alarmActions": [w.topic.id],
            "dimensions": {"Engine": "Stateful"},
        },
        {"threshold": 5, "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:cloudwatch/eventRule:EventRule",
        lambda w: {"eventPattern": '{"source": ["aws.ec2"]}', "description": "d"},
        {"eventPattern": '{"source": ["aws.sts"]}', "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:cloudwatch/eventTarget:EventTarget",
        lambda w: {"rule": w.event_rule.id, "arn": w.topic.id, "targetId": "t"},
        {"inputPath": "$.detail"},
        {"targetId": "another"},
    ),
    Life(
        "aws:sns/topic:Topic",
        lambda w: {"displayName": "alerts"},
        {"displayName": "alarms", "tags": {"a": "b"}},
        {"name": "another"},
    ),
    Life(
        "aws:sns/topicPolicy:TopicPolicy",
        lambda w: {"arn": w.topic.id, "policy": READ},
        {"policy": LIST},
        {"arn": "arn:aws:sns:eu-west-1:123456789012:other"},
    ),
    Life(
        "aws:sns/topicSubscription:TopicSubscription",
        lambda w: {"topic": w.topic.id, "protocol": "email", "endpoint": "someone@example.com"},
        replace={"endpoint": "other@example.com"},
    ),
    Life(
        "aws:kms/key:Key",
        lambda w: {"description": "logs", "enableKeyRotation": True, "deletionWindowInDays": 7},
        {"description": "all logs", "enableKeyRotation": False, "tags": {"a": "b"}},
        {"keyUsage": "SIGN_VERIFY", "customerMasterKeySpec": "RSA_2048", "enableKeyRotation": False},
    ),
    Life(
        "aws:kms/alias:Alias",
        lambda w: {"targetKeyId": w.key.id},
        {"targetKeyId": None},
        {"name": "alias/another"},
    ),
    Life(
        "aws:ssm/parameter:Parameter",
        lambda w: {"type": "String", "value": "one", "tags": {"a": "b"}},
        {"value": "two", "tags": {"a": "c"}},
        {"name": "/another"},
    ),
    Life(
        "aws:athena/workgroup:Workgroup",
        lambda w: {
            "name": "hunts",
            "description": "one",
            "configuration": {
                "bytesScannedCutoffPerQuery": 10_000_000,
                "resultConfiguration": {
                    "outputLocation": "s3://results/",
                    "encryptionConfiguration": {"encryptionOption": "SSE_S3"},
                },
            },
            "tags": {"a": "b"},
        },
        {"description": "two", "configuration": {"resultConfiguration": {"outputLocation": "s3://others/"}}},
        {"name": "another"},
    ),
    Life(
        "aws:glue/catalogDatabase:CatalogDatabase",
        lambda w: {"name": "logs", "description": "one", "tags": {"a": "b"}},
        {"description": "two"},
        {"name": "others"},
    ),
    Life(
        "aws:glue/catalogTable:CatalogTable",
        lambda w: {
            "name": "alert",
            "databaseName": w.make("aws:glue/catalogDatabase:CatalogDatabase", "base").state["name"],
            "tableType": "EXTERNAL_TABLE",
            "parameters": {"projection.enabled": "true"},
            "partitionKeys": [{"name": "day", "type": "string"}],
            "storageDescriptor": {
                "location": "s3://logs/",
                "columns": [{"name": "event", "type": "struct<src_ip:string>"}],
                "serDeInfo": {"serializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
            },
        },
        {"parameters": {"projection.enabled": "false"}},
        {"name": "flow"},
    ),
]
