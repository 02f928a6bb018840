"""Probes are valid TCP, and say the same when they are read again."""

from __future__ import annotations

import ipaddress
import struct

import pytest

from emulation import packets

PAIRS = [("10.0.0.10", "8.8.8.8"), ("2600:1f18::a", "2a00:1450::1")]


def total(data: bytes) -> int:
    """The ones' complement sum over 16-bit words, folded; 0xFFFF where a checksum in the data is right."""
    words = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while words > 0xFFFF:
        words = (words & 0xFFFF) + (words >> 16)
    return words


@pytest.mark.parametrize(("source", "destination"), PAIRS)
def test_a_probe_is_read_as_it_was_made(source: str, destination: str) -> None:
    frame = packets.probe(77, ipaddress.ip_address(source), ipaddress.ip_address(destination), 40000)
    seen = packets.read(frame)
    assert seen is not None
    assert (seen.number, seen.reply, seen.source_port, seen.destination_port) == (77, False, 40000, packets.PORT)
    assert (str(packets.address(seen.source)), str(packets.address(seen.destination))) == (source, destination)
    answer = packets.read(packets.answer(seen))
    assert answer is not None
    assert (answer.number, answer.reply, answer.source, answer.destination) == (77, True, seen.destination, seen.source)


@pytest.mark.parametrize(("source", "destination"), PAIRS)
def test_checksums_are_right(source: str, destination: str) -> None:
    one, other = ipaddress.ip_address(source), ipaddress.ip_address(destination)
    frame = packets.probe(0xFFFFFFFF, one, other, 65535)
    tcp = frame[34:] if one.version == 4 else frame[54:]
    assert total(one.packed + other.packed + struct.pack("!II", len(tcp), 6) + tcp) == 0xFFFF
    if one.version == 4:
        assert total(frame[14:34]) == 0xFFFF


def test_what_is_not_a_probe_is_passed_over() -> None:
    assert packets.read(b"\0" * 60) is None
