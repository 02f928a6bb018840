from __future__ import annotations

import json

from components.common.encryption import key_policy
from components.common.environment import Environment
from tests.components.lab import lab


def environment(partition="aws", region="eu-west-1"):
    return Environment(partition=partition, account="111122223333", region=region, zones=())


def statements(**where):
    return {each["Sid"]: each for each in key_policy(environment(**where))["Statement"]}


def test_log_groups_of_this_account_alone_are_encrypted_by_it():
    found = statements()["LogGroupsOfThisAccount"]
    assert found["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert found["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:*"}
    }


def test_log_delivery_may_use_it_for_this_account_alone():
    found = statements()["LogDeliveryOfThisAccount"]
    assert found["Principal"] == {"Service": "delivery.logs.amazonaws.com"}
    assert found["Condition"]["StringEquals"] == {"aws:SourceAccount": "111122223333"}
    assert {"kms:GenerateDataKey*", "kms:Decrypt"} <= set(found["Action"])


def test_alarms_can_publish_to_a_topic_encrypted_with_it():
    found = statements()["AlarmsPublish"]
    assert found["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert found["Action"] == ["kms:Decrypt", "kms:GenerateDataKey*"]


def test_the_account_keeps_control_in_every_partition():
    assert statements()["AccountDecidesByIam"]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    china = statements(partition="aws-cn", region="cn-north-1")
    assert china["AccountDecidesByIam"]["Principal"] == {"AWS": "arn:aws-cn:iam::111122223333:root"}
    assert china["LogGroupsOfThisAccount"]["Principal"] == {"Service": "logs.cn-north-1.amazonaws.com.cn"}


def test_it_is_rotated_and_goes_as_soon_as_kms_lets_it():
    (key,) = lab()[0].of_type("kms/key:Key").values()
    assert key["enableKeyRotation"] is True
    assert key["deletionWindowInDays"] == 7
    assert json.loads(key["policy"])["Version"] == "2012-10-17"
