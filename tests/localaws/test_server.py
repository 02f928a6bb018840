"""The server process: start, stop, parallel requests, a port that is taken."""

from __future__ import annotations

import concurrent.futures
import io
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import boto3
import psutil
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localaws import life
from localaws.server import SerialApp

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def serving(folder, *arguments):
    """Run a server of its own; yields its process and its port."""
    record = folder / "server.json"
    record.unlink(missing_ok=True)
    command = [sys.executable, "-m", "localaws.server", "--port", "0", "--record", str(record), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not life.written(record):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield process, life.written(record)[1]
    process.kill()
    process.wait()
    process.stderr.close()


@pytest.fixture
def server(tmp_path):
    with serving(tmp_path) as running:
        yield running


def client(service, port):
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="eu-west-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(max_pool_connections=64),
    )


def test_sixty_four_parallel_requests_get_their_own_answers(server):
    _, port = server
    ec2 = client("ec2", port)
    blocks = [f"10.{index}.0.0/16" for index in range(64)]
    client("service-quotas", port).request_service_quota_increase(
        ServiceCode="vpc", QuotaCode="L-F678F1CE", DesiredValue=65
    )
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        made = list(pool.map(lambda block: ec2.create_vpc(CidrBlock=block)["Vpc"]["CidrBlock"], blocks))
    assert made == blocks
    assert len(ec2.describe_vpcs()["Vpcs"]) == 65


def test_it_ends_with_a_signal_and_says_nothing(server):
    process, port = server
    client("sts", port).get_caller_identity()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert process.stderr.read() == b""


def test_its_end_takes_nothing_apart(server):
    """Freeing what is in memory took seconds after a large stack; processor time, since a machine may be busy."""
    process, port = server
    client("ec2", port).describe_vpcs()
    client("iam", port).list_roles()
    used = sum(psutil.Process(process.pid).cpu_times()[:2])
    process.send_signal(signal.SIGTERM)
    _, status, spent = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert spent.ru_utime + spent.ru_stime - used < 0.2


def test_a_request_under_way_at_the_end_is_answered_and_a_later_one_is_not_begun():
    begun, go_on, answers = threading.Event(), threading.Event(), []
    app = SerialApp()

    def slow(_environ, start_response):
        begun.set()
        assert go_on.wait(10)
        start_response("200 OK", [])
        return [b"made"]

    app._app = slow

    def ask():
        answer = app({"wsgi.input": io.BytesIO(), "REQUEST_METHOD": "POST"}, lambda *_: None)
        answers.append(b"".join(answer))
        answer.close()

    request = threading.Thread(target=ask)
    request.start()
    assert begun.wait(10)
    assert app.finish(0.01) is False
    with pytest.raises(ConnectionAbortedError):
        ask()
    go_on.set()
    assert app.finish(10) is True
    request.join()
    assert answers == [b"made"]


def test_it_listens_on_loopback_alone(server):
    _, port = server
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, type=socket.SOCK_STREAM)}
    for address in {found for found in addresses if not found.startswith("127.") and found != "::1"}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((address, port), timeout=1)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_an_answer_comes_in_one_piece(server):
    """A client that drops the connection between head and body asks again for what was done already."""
    _, port = server
    asked = b"GET /moto-api/data.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(asked)
            head, _, body = connection.recv(1 << 16).partition(b"\r\n\r\n")
        assert len(body) == int(re.search(rb"content-length: (\d+)", head.lower())[1])


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "localaws.server", "--port", str(port), "--record", str(tmp_path / "port")]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 1
    assert f"Port {port} is in use" in result.stderr or f"port {port}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "port").exists()


def test_a_region_that_aws_has_not_is_told_at_once(server):
    _, port = server
    asked = {"ec2": "describe_vpcs", "logs": "describe_log_groups", "network-firewall": "list_firewalls"}
    for service, call in asked.items():
        nowhere = boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="mars-north-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        with pytest.raises(ClientError, match=f"{service} is in no Region mars-north-1") as told:
            getattr(nowhere, call)()
        assert told.value.response["Error"]["Code"] == "UnknownEndpoint"
        assert told.value.response["ResponseMetadata"]["RetryAttempts"] == 0
