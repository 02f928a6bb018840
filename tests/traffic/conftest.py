"""Real Suricata for the tests, and captures judged many at once: starting it is what costs time."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from traffic.packets.session import Say, tcp_packets, udp_packets
from traffic.packets.wire import Endpoint, Packet, parse_address, write_capture
from traffic.suricata import Suricata

CLIENT = "10.1.0.10"
SERVER = "203.0.113.7"
START = 1_768_478_400.0
VARIABLES = {"HOME_NET": "[10.0.0.0/8]", "EXTERNAL_NET": "![10.0.0.0/8]"}

Said = tuple[str, int, Sequence[Say]]  # protocol ("… in": of a client outside), port of the server, what is said


def packets_of(said: Said, number: int = 0, *, server: str = SERVER, start: float = START) -> list[Packet]:
    """The packets of one conversation; `number` tells it from others in the same capture."""
    protocol, port, says = said
    begins, answers = (server, CLIENT) if protocol.endswith(" in") else (CLIENT, server)
    ends = Endpoint(parse_address(begins), 40000 + number), Endpoint(parse_address(answers), port)
    make = tcp_packets if protocol.startswith("tcp") else udp_packets
    return make(start + number * 0.5, ends, says)


@pytest.fixture
def matched(suricata: Suricata, tmp_path: Path) -> Callable[..., dict[str, list[int]]]:
    """Return, per named conversation, the signature ids of the alerts that Suricata gives for it, in order."""

    def run(rules: str, said: Mapping[str, Said]) -> dict[str, list[int]]:
        names = list(said)
        packets = [packet for number, name in enumerate(names) for packet in packets_of(said[name], number)]
        capture, folder = tmp_path / "capture.pcap", tmp_path / "out"
        folder.mkdir()
        write_capture(capture, packets)
        found: dict[str, list[int]] = {name: [] for name in names}
        for event in suricata.read(capture, rules, folder, VARIABLES):
            if event["event_type"] == "alert":
                ports = event["src_port"], event["dest_port"]
                port = next(port for port in ports if 40000 <= port < 40000 + len(names))
                found[names[port - 40000]].append(event["alert"]["signature_id"])
        return found

    return run
