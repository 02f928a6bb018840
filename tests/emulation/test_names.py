"""The resolver's words on the wire, and the far end of a DNS tunnel."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest

from emulation.names import Names
from emulation.tunnel import Tunnel
from hunts.stack import Instance
from traffic.names import AddressBook
from traffic.records import Record
from traffic.resolver import DnsRule, Resolvers, VpcResolver

ASKER = ("10.0.0.4", 40000)
A, CNAME, TXT, AAAA = 1, 5, 16, 28


def query(name: str, kind: int = A) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack("!HHHHHH", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", kind, 1)


def told(reply: bytes | None, asked: bytes) -> tuple[int, list[tuple[int, bytes]]]:
    """The response code, and type and data of every record."""
    assert reply is not None
    _, flags, _, count, _, _ = struct.unpack_from("!HHHHHH", reply)
    at, found = len(asked), []
    for _ in range(count):
        _, kind, _, _, size = struct.unpack_from("!HHHIH", reply, at)
        found.append((kind, reply[at + 12 : at + 12 + size]))
        at += 12 + size
    return flags & 15, found


class Resolver:
    """One VPC's resolver, with a rule if there is one."""

    def __init__(self, folder: Path, *rules: DnsRule) -> None:
        self.log: list[Record] = []
        one = Instance(id="i-1", private_ip=ASKER[0], subnet_id="subnet-1", vpc_id="vpc-1")
        resolvers = Resolvers("0" * 12, "eu-west-1", {"vpc-1": VpcResolver("vpc-1", rules)})
        names = AddressBook({"www.example.com": "203.0.113.9"})
        self.names = Names(resolvers, names, {("vpc-1", ASKER[0]): one}, {}, Tunnel(folder), self.log.append)

    def ask(self, name: str, kind: int = A) -> tuple[int, list[tuple[int, bytes]]]:
        asked = query(name, kind)
        return told(self.names.answer("vpc-1", asked, ASKER), asked)


def rule(response: str, override: str = "") -> DnsRule:
    return DnsRule("group", "list", "BLOCK", ("*.denied.example",), response, override, None)


def test_a_name_has_its_address_and_the_query_is_logged(tmp_path: Path) -> None:
    resolver = Resolver(tmp_path)
    assert resolver.ask("www.example.com") == (0, [(A, bytes([203, 0, 113, 9]))])
    assert '"query_name":"www.example.com."' in resolver.log[0].line
    assert resolver.ask("nobody.invalid") == (3, [])


def test_a_name_has_an_ipv6_address_and_awss_names_have_none(tmp_path: Path) -> None:
    resolver = Resolver(tmp_path)
    assert resolver.ask("www.example.com", AAAA) == (0, [(AAAA, bytes.fromhex("20010db80000000000000000cb007109"))])
    assert '"Rdata":"2001:db8::cb00:7109","Type":"AAAA"' in resolver.log[0].line
    assert resolver.ask("ec2.eu-west-1.amazonaws.com", AAAA) == (0, [])


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (rule("NXDOMAIN"), (3, [])),
        (rule("NODATA"), (0, [])),
        (rule("OVERRIDE", "sink.example."), (0, [(CNAME, b"\x04sink\x07example\0")])),
    ],
)
def test_what_dns_firewall_blocks_is_answered_as_its_rule_says(
    tmp_path: Path, one: DnsRule, answer: tuple[int, list[tuple[int, bytes]]]
) -> None:
    resolver = Resolver(tmp_path, one)
    assert resolver.ask("www.denied.example") == answer
    assert '"firewall_rule_action":"BLOCK"' in resolver.log[0].line


def test_nobody_elses_question_and_no_question_at_all_get_no_answer(tmp_path: Path) -> None:
    names = Resolver(tmp_path).names
    assert names.answer("vpc-1", query("www.example.com"), ("10.0.0.99", 40000)) is None
    assert names.answer("vpc-1", b"\0" * 12, ASKER) is None


def test_a_file_comes_out_by_the_names_that_are_asked_for(tmp_path: Path) -> None:
    resolver = Resolver(tmp_path)
    text = base64.b32encode(b"the secret, in pieces").decode().lower().rstrip("=")
    pieces = [text[at : at + 10] for at in range(0, len(text), 10)]
    for number, piece in reversed([*enumerate(pieces)]):
        assert resolver.ask(f"{piece}.{number}.plans.t.example.com", TXT) == (0, [(TXT, b"\x03v=1")])
    assert not (tmp_path / "plans").exists()
    resolver.ask(f"end.{len(pieces)}.plans.t.example.com", TXT)
    assert (tmp_path / "plans").read_bytes() == b"the secret, in pieces"


def test_a_file_that_lacks_a_piece_is_not_written_and_none_leaves_its_folder(tmp_path: Path) -> None:
    resolver = Resolver(tmp_path / "in")
    resolver.ask("aaaa.1.half.t.example.com", TXT)
    resolver.ask("end.2.half.t.example.com", TXT)
    resolver.ask("end.0.../x.t.example.com", TXT)
    assert not (tmp_path / "in").exists()
    assert list(tmp_path.iterdir()) == []
