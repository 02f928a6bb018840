"""What is captured is a file of one section, one interface, and packets with their times."""

from __future__ import annotations

import struct

from emulation import capture


def blocks(data: bytes) -> list[tuple[int, bytes]]:
    """The types and bodies of a pcapng file's blocks; each says its length twice."""
    found, at = [], 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        assert size % 4 == 0
        assert struct.unpack_from("<I", data, at + size - 4) == (size,)
        found.append((kind, data[at + 8 : at + size - 4]))
        at += size
    return found


def test_a_file_begins_with_a_section_and_an_interface_of_ethernet_in_nanoseconds() -> None:
    (section, first), (interface, second) = blocks(capture.header("vpce-1"))
    assert (section, struct.unpack_from("<IHH", first)) == (0x0A0D0D0A, (0x1A2B3C4D, 1, 0))
    assert (interface, struct.unpack_from("<H", second)) == (1, (1,))
    assert b"vpce-1" in second
    assert struct.pack("<HHB", 9, 1, 9) in second


def test_a_packet_is_kept_whole_with_its_time() -> None:
    at = 1_795_000_000_123_456_789
    ((kind, body),) = blocks(capture.packet(b"seven b", at))
    _, high, low, captured, whole = struct.unpack_from("<IIIII", body)
    assert (kind, high << 32 | low, captured, whole) == (6, at, 7, 7)
    assert body[20:27] == b"seven b"
