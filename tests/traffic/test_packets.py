"""Packets read back by scapy, which shares no code with what wrote them."""

import warnings
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traffic.packets import conversations as talk
from traffic.packets import quic, tls
from traffic.packets.session import MSS, after_drop, client, duration, server, tcp_packets, udp_packets
from traffic.packets.wire import Endpoint, checksum, parse_address, write_capture

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from scapy.layers.inet import IP, TCP, UDP
    from scapy.layers.inet6 import IPv6
    from scapy.utils import rdpcap

V4 = Endpoint(parse_address("10.1.0.10"), 40000), Endpoint(parse_address("203.0.113.7"), 443)
V6 = Endpoint(parse_address("2001:db8::a"), 40000), Endpoint(parse_address("2001:db8::b"), 443)
SAYS = st.lists(
    st.builds(
        lambda up, data: client(data) if up else server(data), st.booleans(), st.binary(min_size=1, max_size=4000)
    ),
    max_size=5,
)


def read(packet):
    return (IP if packet.data[0] >> 4 == 4 else IPv6)(packet.data)


def checked(decoded):
    """The same packet with every checksum and length computed anew by scapy."""
    again = decoded.copy()
    for layer in (IP, IPv6, TCP, UDP):
        if layer in again:
            for field in ("chksum", "len", "plen"):
                if field in again[layer].fields:
                    del again[layer].fields[field]
    return bytes(again)


@settings(max_examples=40, deadline=None)
@given(SAYS, st.sampled_from([V4, V6]))
def test_a_connection_says_what_was_said_in_order_with_right_checksums_and_numbers(says, ends):
    packets = tcp_packets(1000.0, ends, says)
    decoded = [read(packet) for packet in packets]

    assert [bytes(packet) for packet in decoded] == [checked(packet) for packet in decoded]
    for to_server in (True, False):
        own = [item[TCP] for item, packet in zip(decoded, packets, strict=True) if packet.to_server == to_server]
        said = b"".join(say.data for say in says if say.to_server == to_server)
        assert b"".join(bytes(segment.payload) for segment in own) == said
        for one, other in pairwise(own):
            size = len(one.payload) + ("S" in one.flags) + ("F" in one.flags)
            assert other.seq == (one.seq + size) & 0xFFFFFFFF
    assert [packet.time for packet in packets] == sorted(packet.time for packet in packets)


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=1, max_size=1400), st.sampled_from([V4, V6]))
def test_datagrams_carry_what_was_said(data, ends):
    (packet,) = udp_packets(1000.0, ends, [client(data)])
    decoded = read(packet)

    assert bytes(decoded) == checked(decoded)
    assert bytes(decoded[UDP].payload) == data


def test_no_segment_is_longer_than_a_segment_may_be():
    packets = tcp_packets(0.0, V4, [client(b"x" * 10_000)])

    assert max(len(read(packet)[TCP].payload) for packet in packets) == MSS


def test_a_hello_goes_out_in_the_pieces_one_asks_for():
    packets = tcp_packets(0.0, V4, [client(b"x" * 500, cut=(40, 60))])

    assert [len(read(packet)[TCP].payload) for packet in packets if packet.to_server][2:5] == [40, 60, 400]


def test_a_handshake_opens_and_a_close_ends_a_connection():
    flags = [str(read(packet)[TCP].flags) for packet in tcp_packets(0.0, V4, [])]

    assert flags == ["S", "SA", "A", "FA", "FA", "A"]


def test_bulk_is_counted_and_takes_time():
    packets = tcp_packets(0.0, V4, [server(b"x", bulk=125_000_000)], rate=12_500_000.0)

    assert sum(packet.more_bytes for packet in packets if not packet.to_server) > 125_000_000
    assert duration(packets) == pytest.approx(10, abs=0.5)


def test_after_a_drop_the_packet_is_repeated_and_after_a_reject_it_is_not():
    packets = tcp_packets(0.0, V4, [client(b"hello"), server(b"never")])

    dropped, rejected = (after_drop(packets, 3, reset=reset) for reset in (False, True))

    assert [packet.data for packet in dropped] == [packet.data for packet in packets[:4]] + [packets[3].data] * 4
    assert rejected == packets[:4]


def test_a_capture_is_in_order_of_time_and_readable(tmp_path):
    late, early = udp_packets(5.25, V4, [client(b"late")]), udp_packets(1.5, V4, [client(b"early")])

    count = write_capture(tmp_path / "c.pcap", [*late, *early])

    found = rdpcap(str(tmp_path / "c.pcap"))
    assert count == 2
    assert [(float(packet.time), bytes(packet[UDP].payload)) for packet in found] == [
        (1.5002, b"early"),
        (5.2502, b"late"),
    ]


@pytest.mark.parametrize(
    ("data", "sum_"), [(b"", 0xFFFF), (b"\x00\x01\xf2\x03\xf4\xf5\xf6\xf7", 0x220D), (b"\x01", 0xFEFF)]
)
def test_the_checksum_is_that_of_rfc_1071(data, sum_):
    assert checksum(data) == sum_


def test_a_hello_names_whom_it_should_and_is_the_same_for_the_same_seed():
    hello = tls.client_hello("www.example.com", seed="a")

    assert b"www.example.com" in hello
    assert hello == tls.client_hello("www.example.com", seed="a")
    assert hello != tls.client_hello("www.example.com", seed="b")
    assert b"\x00\x00\x00\x14\x00\x12\x00\x00\x0fwww.example.com" in hello
    assert len(tls.client_hello(None)) < len(hello)


def test_an_initial_fills_the_smallest_datagram_and_hides_its_name():
    datagram = quic.initial("www.example.com")

    assert len(datagram) == 1200
    assert b"www.example.com" not in datagram


def test_what_is_transferred_is_what_was_asked_for():
    says = talk.https("www.example.com", down=1_000_000, up=50_000)

    down = sum(len(say.data) + say.bulk for say in says if not say.to_server)
    assert 1_000_000 < down < 1_004_000
