"""What invents records, or breaks a network to show that, does so on the local AWS and nowhere else."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.console import Console

from hunts.backends.aws import local_client
from hunts.errors import HuntError
from hunts.stack import from_file
from traffic.cli import main
from traffic.delivery import deliver
from traffic.deployed import Target
from traffic.log_locations import Origin
from traffic.records import Record
from workshop import live, story
from workshop.shortcut import shortcut

ROOT = Path(__file__).resolve().parents[2]
OUTPUTS = ROOT / "examples" / "logs" / "stack.json"
AWS = "https://.*[.]eu-west-1[.]amazonaws[.]com: it is for the local AWS alone. Run it through ./local"


@pytest.fixture(autouse=True)
def real(monkeypatch):
    """Credentials as a person has them who works on AWS; they are made up, and no call is to be made with them."""
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "made up")
    monkeypatch.setattr("botocore.httpsession.URLLib3Session.send", lambda *_: pytest.fail("a request was sent"))


def test_traffic_is_not_delivered():
    result = CliRunner().invoke(main, ["run", "visits", "--outputs", str(OUTPUTS)])

    assert result.exit_code != 0
    assert "it is for the local AWS alone. Run it through ./local" in result.output


@pytest.mark.parametrize("kind", ["s3", "cloudwatch"])
def test_records_are_not_delivered(kind):
    target = Target(kind, "logs", "", Origin("123456789012", "eu-west-1", "firewall"))
    record = Record("ALERT", "arn", 0.0, "{}")
    with pytest.raises(HuntError, match=AWS):
        deliver([record], {("ALERT", "arn"): [target]}, "eu-west-1")


def test_the_storys_mistake_is_not_made():
    with pytest.raises(HuntError, match=AWS), shortcut(from_file(OUTPUTS)):
        pass


def test_the_story_is_not_told(tmp_path):
    told = story.Story(OUTPUTS, Console())
    with pytest.raises(HuntError, match=AWS):
        story.tell(told, from_file(OUTPUTS), tmp_path / "report.html")


def test_the_story_with_real_packets_is_not_told(tmp_path):
    with pytest.raises(HuntError, match=AWS):
        live.tell(live.Live(tmp_path), from_file(OUTPUTS), tmp_path)


def test_an_endpoint_of_one_service_is_looked_at_too(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert local_client("ec2", "eu-west-1").meta.endpoint_url == "http://127.0.0.1:1"

    monkeypatch.setenv("AWS_ENDPOINT_URL_EC2", "https://ec2.eu-west-1.amazonaws.com")

    with pytest.raises(HuntError, match=AWS):
        local_client("ec2", "eu-west-1")


@pytest.mark.parametrize("address", ["http://127.0.0.1.example:1", "https://127.0.0.1", "http://example.com"])
def test_what_only_looks_local_is_refused(monkeypatch, address):
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    with pytest.raises(HuntError, match="it is for the local AWS alone"):
        local_client("ec2", "eu-west-1")
