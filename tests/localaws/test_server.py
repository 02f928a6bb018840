"""The server process: start, stop, parallel requests, a port that is taken."""

from __future__ import annotations

import concurrent.futures
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def server(tmp_path):
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "localaws.server", "--port", "0", "--port-file", str(port_file)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while not port_file.exists():
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.02)
    yield process, int(port_file.read_text())
    process.kill()
    process.wait()
    process.stderr.close()


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


def test_it_listens_on_loopback_alone(server):
    _, port = server
    addresses = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), port, type=socket.SOCK_STREAM)}
    for address in {found for found in addresses if not found.startswith("127.") and found != "::1"}:
        with pytest.raises(OSError, match=r"refused|unreachable|timed out"):
            socket.create_connection((address, port), timeout=1)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        assert connection.getpeername()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "localaws.server", "--port", str(port), "--port-file", str(tmp_path / "port")]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 1
    assert f"Port {port} is in use" in result.stderr or f"port {port}" in result.stderr
    assert "Traceback" not in result.stderr
    assert not (tmp_path / "port").exists()
