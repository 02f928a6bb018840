"""Who is let in: the user's own processes; no other user, and no page in a browser."""

import contextlib
import http.client
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from localaws import door
from tests.localaws.test_server import serving

NOBODY = 65534


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server")) as running:
        yield running


@contextmanager
def through_another_user(port: int) -> Iterator[int]:
    """Yield a port whose connections another user's process carries on to `port`. Takes root, who can be anybody."""
    listener = socket.create_server(("127.0.0.1", 0))
    child = os.fork()
    if not child:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        while True:
            near = listener.accept()[0]
            far = socket.create_connection(("127.0.0.1", port))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=carry, args=(one, other), daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def carry(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


as_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")


def answer(port, method="GET", path="/moto-api/data.json", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=names)
    got = connection.getresponse()
    return got.status, got.read().decode()


def test_the_users_own_processes_are_let_in(server):
    assert answer(server[1])[0] == 200


@as_root
def test_another_user_is_not(server):
    with through_another_user(server[1]) as port, pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        answer(port, "POST", "/moto-api/reset")


def listed(tmp_path: Path, user: int, state: str = "01", client: str = "0100007F:9C40") -> Path:
    """What the kernel lists of one connection from port 40000 to port 5000."""
    table = tmp_path / "tcp"
    table.write_text(
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        f"   0: {client} 0100007F:1388 {state} 00000000:00000000 00:00000000 00000000  {user}        0 1 1\n"
    )
    return table


@pytest.mark.parametrize(
    ("user", "state", "client", "admitted"),
    [
        (os.getuid(), "01", "0100007F:9C40", True),
        (0, "01", "0100007F:9C40", True),
        (4711, "01", "0100007F:9C40", False),
        # Whose it was, the kernel no longer says once its maker has closed it: it then lists root's number.
        (0, "04", "0100007F:9C40", False),
        (os.getuid(), "01", "0100007F:9C41", False),
        (os.getuid(), "01", "0000000000000000FFFF00000100007F:9C40", True),
    ],
)
@pytest.mark.skipif(sys.byteorder != "little", reason="the lines above are a little-endian machine's")
def test_the_system_says_whose_a_connection_is(tmp_path, user, state, client, admitted):
    table = listed(tmp_path, user, state, client)

    assert door.is_users(40000, 5000, (table, tmp_path / "none")) is admitted


@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells")
def test_the_kernel_is_asked_for_the_one_connection_before_all_are_listed(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        end = listener.getsockname()
        with socket.create_connection(end) as client, listener.accept()[0]:
            port = client.getsockname()[1]
            somebodys = listed(tmp_path, 4711, "01", f"0100007F:{port:04X}")
            assert door.is_users(port, end[1], (somebodys,))
            client.shutdown(socket.SHUT_WR)
            assert not door.is_users(port, end[1], (somebodys,)), "half of it is closed"


@as_root
def test_of_another_users_connection_the_kernel_says_whose_it_is():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        end = listener.getsockname()[1]
        with through_another_user(end) as port, socket.create_connection(("127.0.0.1", port)):
            accepted, (_, theirs) = listener.accept()
            with accepted:
                assert door._told(theirs, end) == (1, NOBODY)


def test_where_the_system_does_not_say_nobody_is_asked(tmp_path):
    assert door.is_users(40000, 5000, (tmp_path / "none",))


def test_a_connection_is_known_for_a_moment_only(monkeypatch):
    users, now = [True], [100.0]
    monkeypatch.setattr(door, "is_users", lambda *_: users[0])
    monkeypatch.setattr(door.time, "monotonic", lambda: now[0])
    known = door.Acquaintances(5000)
    assert known.admits(40000)

    users[0] = False

    assert known.admits(40000)
    now[0] += 1
    assert not known.admits(40000)


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example"},
        {"Host": "rebound.example:80"},
        {"Host": "127.0.0.1.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_a_page_in_a_browser_is_refused_before_anything_happens(server, headers):
    status, said = answer(server[1], "POST", "/moto-api/reset", **headers)

    assert status == 403
    assert "the local AWS" in said


@pytest.mark.parametrize(
    "headers",
    [{"Host": "localhost:1"}, {"Host": "s3.eu-west-1.amazonaws.com"}, {"Sec_Fetch_Site": "none"}],
)
def test_programs_and_what_a_person_types_are_not(server, headers):
    assert answer(server[1], **headers)[0] == 200


def plugin(port):
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        return provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), timeout=30)


def test_the_provider_answers_its_user(account):
    assert plugin(account.env["PULUMI_DEBUG_PROVIDERS"].partition(":")[2]).version


@as_root
def test_the_provider_answers_nobody_else(account):
    provider = int(account.env["PULUMI_DEBUG_PROVIDERS"].partition(":")[2])
    with through_another_user(provider) as port, pytest.raises(grpc.RpcError) as refused:
        plugin(port)

    assert refused.value.code() == grpc.StatusCode.PERMISSION_DENIED
    assert refused.value.details() == "the local AWS answers its own user's processes only"


def test_four_hundred_at_once_are_all_let_in(server):
    got = []

    def ask():
        with socket.create_connection(("127.0.0.1", server[1]), timeout=30) as link:
            link.sendall(b"GET /moto-api/data.json HTTP/1.0\r\nHost: localhost\r\n\r\n")
            got.append(link.recv(12))

    answer(server[1])  # it has imported what it needs
    threads = [threading.Thread(target=ask) for _ in range(400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert got == [b"HTTP/1.1 200"] * 400
