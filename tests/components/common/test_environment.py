from __future__ import annotations

import pulumi
import pytest

from components.common.environment import Environment, Zone, ZoneError
from tests.components.recorder import run

ENVIRONMENT = Environment(
    partition="aws-cn",
    account="111122223333",
    region="cn-north-1",
    zones=tuple(Zone(name=f"cn-north-1{letter}", id=f"cnn1-az{n}") for n, letter in enumerate("abd", 1)),
)


def test_it_is_looked_up_once_with_zones_by_name_and_their_ids():
    found = []
    run(lambda: found.append(Environment.lookup()))
    assert (found[0].partition, found[0].account, found[0].region) == ("aws", "111122223333", "eu-west-1")
    assert found[0].zones[0] == Zone(name="eu-west-1a", id="euw1-az3")


def test_where_aws_does_not_answer_its_words_are_told_and_what_to_look_at(monkeypatch):
    def refuse(*_, **__):
        raise Exception("invalid AWS Region: eu-west-9")  # noqa: TRY002 - as the SDK does

    monkeypatch.setattr("pulumi_aws.get_availability_zones", refuse)
    with pytest.raises(pulumi.RunError, match=r"(?s)invalid AWS Region: eu-west-9.*aws:region"):
        run(Environment.lookup)


def test_arns_are_of_its_partition_region_and_account():
    assert ENVIRONMENT.arn("logs", "*") == "arn:aws-cn:logs:cn-north-1:111122223333:*"


def test_the_first_zones_are_taken_or_those_that_are_named_in_that_order():
    assert [zone.name for zone in ENVIRONMENT.pick_zones(2)] == ["cn-north-1a", "cn-north-1b"]
    assert [zone.id for zone in ENVIRONMENT.pick_zones(2, ["cn-north-1d", "cn-north-1a"])] == ["cnn1-az3", "cnn1-az1"]


@pytest.mark.parametrize(
    ("count", "names", "says"),
    [
        (4, (), "zones: found 4, but cn-north-1 has 3: cn-north-1a, cn-north-1b, cn-north-1d"),
        (1, ("cn-north-1c",), "zone_names: cn-north-1c not found in cn-north-1; it has"),
    ],
)
def test_zones_that_are_not_there_are_told_with_those_that_are(count, names, says):
    with pytest.raises(ZoneError, match=says):
        ENVIRONMENT.pick_zones(count, names)
