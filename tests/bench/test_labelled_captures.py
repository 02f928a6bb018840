"""Somebody else's labels of flows on port 443 are read as they write them, and held against what the hunts find."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from bench import labelled_captures
from bench.labelled_captures import Pair, labels_of
from traffic.packets import conversations
from traffic.packets.session import tcp_packets
from traffic.packets.wire import Endpoint, write_capture

ONE, OTHER = "10.0.0.9", "198.51.100.9"
READ = "[Encrypted][Confidence: DPI][FPC: 0/Unknown, Confidence: Unknown]"
GUESSED = "[Encrypted][Confidence: Match by port][FPC: 0/Unknown, Confidence: DPI]"


def line(ends: str, label: str, rest: str = READ) -> str:
    return f"\t1\tTCP {ends} [proto: 91/{label}][IP: 0/Unknown]{rest}[9 pkts/900 bytes]\n"


def test_labels_are_of_the_client_whichever_end_comes_first(tmp_path: Path):
    result = tmp_path / "some.pcap.out"
    result.write_text(
        "DPI Packets (TCP):\t9\n"
        + line(f"{ONE}:40000 <-> {OTHER}:443", "TLS.DoH_DoT")
        + line(f"{OTHER}:443 -> {ONE}:40001", "SSH")
        + line("[2001:db8::1]:40000 <-> [2001:db8::2]:443", "QUIC")
        + line(f"{ONE}:40000 <-> {OTHER}:80", "HTTP")
        + line("[2001::1::2]:1 <-> [2001:db8::2]:443", "TLS")
        + line(f"{ONE}:40000 <-> 203.0.113.1:443", "TLS", GUESSED)
    )
    six = (f"2001:0db8:0000:0000:0000:0000:0000:000{n}" for n in (1, 2))
    assert labels_of(result) == {
        Pair("some.pcap", ONE, OTHER): {"TLS.DoH_DoT", "SSH"},
        Pair("some.pcap", *six): {"QUIC"},
    }


@pytest.mark.parametrize(("label", "cells"), [("SSH", ["1", "1", "0", "0"]), ("TLS", ["0", "0", "1", "1"])])
def test_what_the_hunts_find_is_counted_against_the_labels(
    tmp_path: Path, suricata: object, capsys: pytest.CaptureFixture[str], label: str, cells: list[str]
):
    for folder in ("pcap", "result"):
        (tmp_path / folder).mkdir()
    ends = (Endpoint(ip_address(ONE), 40000), Endpoint(ip_address(OTHER), 443))
    write_capture(tmp_path / "pcap" / "some.pcap", tcp_packets(1.8e9, ends, conversations.ssh(up=2000, down=2000)))
    (tmp_path / "result" / "some.pcap.out").write_text(line(f"{ONE}:40000 <-> {OTHER}:443", label))
    (tmp_path / "result" / "nowhere.pcap.out").write_text(line(f"{ONE}:40000 <-> {OTHER}:443", "SSH"))
    labelled_captures.run(tmp_path)
    (row,) = [text for text in capsys.readouterr().out.splitlines() if text.startswith("| stranger-on-443")]
    assert [cell.strip() for cell in row.split("|")[2:-1]] == cells
