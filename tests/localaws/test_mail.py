"""./local mail: what topics sent to people, once, whatever becomes of the server."""

from __future__ import annotations

import json
import time

import pytest

from localaws.launch import LocalAws, mail
from tests.pulumi_cli import Account


@pytest.fixture
def own(tmp_path):
    """A local AWS of the test's own, which it may stop and start."""
    local = LocalAws(tmp_path / "aws")
    yield local
    local.stop()


def test_a_server_that_comes_back_sends_no_mail_again(own, capsys):
    def client(service):
        return Account(own, own.ensure()).client(service)

    topic = client("sns").create_topic(Name="told")["TopicArn"]
    client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="duty@example.com")
    client("cloudwatch").put_metric_alarm(
        AlarmName="drops",
        Namespace="N",
        MetricName="M",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    datum = {"MetricName": "M", "Value": 1, "Timestamp": time.time()}
    client("cloudwatch").put_metric_data(Namespace="N", MetricData=[datum])

    def mails():
        assert mail.show(own.folder / "mail", []) == 0
        return capsys.readouterr().out.splitlines()

    (line,) = mails()
    assert 'to duty@example.com  ALARM: "drops" in eu-west-1' in line
    assert mail.show(own.folder / "mail", ["1"]) == 0
    told = json.loads(capsys.readouterr().out.partition("\n\n")[2])
    assert (told["NewStateValue"], told["AlarmName"]) == ("ALARM", "drops")
    assert mail.show(own.folder / "mail", ["2"]) == 2
    assert "1 to 1" in capsys.readouterr().err

    own.stop()
    (alarm,) = client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert (alarm["StateValue"], len(mails())) == ("ALARM", 1)
    own.reset()
    assert mails() == ["no mail: no topic has sent any since the local AWS was empty"]
