"""How AWS is asked: in the Region that Pulumi and AWS's command line would choose; a bad address is a message."""

import pytest

from hunts.backends.aws import client, session_clients
from hunts.errors import HuntError

WAYS = pytest.mark.parametrize("ask", [client, lambda service, region=None: session_clients(region)(service)])


@WAYS
def test_the_region_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch, ask):
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-north-1")
    assert ask("logs").meta.region_name == "eu-north-1"
    assert ask("logs", "eu-west-3").meta.region_name == "eu-west-3"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert ask("logs").meta.region_name == "eu-north-1"


@WAYS
def test_an_endpoint_that_is_no_address_is_a_message(monkeypatch: pytest.MonkeyPatch, ask):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "not an address")
    with pytest.raises(HuntError, match="Invalid endpoint: not an address"):
        ask("logs", "eu-west-1")
