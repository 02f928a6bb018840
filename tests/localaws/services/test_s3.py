"""Bucket policies with conditions."""

import json

from localaws.services.s3 import applicable


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}).encode()


TLS_ONLY = {"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
NOBODY = {"Effect": "Deny", "Action": "s3:*"}
READERS = {"Effect": "Allow", "Action": "s3:GetObject", "Condition": {"Bool": {"x": "y"}}}


def test_a_denial_of_plain_http_denies_nobody_here():
    assert json.loads(applicable(document(TLS_ONLY, READERS)))["Statement"] == [READERS]


def test_a_denial_without_a_condition_stays():
    assert json.loads(applicable(document(NOBODY)))["Statement"] == [NOBODY]


def test_a_lone_statement_need_not_be_in_a_list():
    policy = json.dumps({"Statement": TLS_ONLY}).encode()
    assert json.loads(applicable(policy))["Statement"] == []
