"""Connections to the provider of the session's local AWS."""

import pytest

from tests.localaws.provider.miniature import Engine


@pytest.fixture
def connect(local_aws):
    """connect(**config) opens a connection with a configuration of its own."""
    port = local_aws.env["PULUMI_DEBUG_PROVIDERS"].removeprefix("aws:")
    opened = []

    def open_one(**config):
        opened.append(Engine(port, **config))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(connect):
    return connect()
