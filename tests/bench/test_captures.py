"""Captures of others become records of the resolver's log; what can't be read in them is left out."""

from hashlib import sha256
from pathlib import Path

from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.utils import wrpcap

from bench import captures


def query(name: str, *, reply: int = 0) -> Ether:
    ends = (40000, 53) if not reply else (53, 40000)
    return Ether() / IP(src="10.0.0.9") / UDP(sport=ends[0], dport=ends[1]) / DNS(qr=reply, qd=DNSQR(qname=name))


def test_queries_are_read_and_nothing_else(tmp_path: Path):
    packets = [query("www.example.com"), query("www.example.com", reply=1), Ether() / IP() / TCP(dport=53)]
    wrpcap(str(tmp_path / "some.pcap"), packets)
    found = list(captures.queries(tmp_path / "some.pcap"))
    assert [(item["query_name"], item["srcaddr"]) for item in found] == [("www.example.com.", "10.0.0.9")]


def test_tunnels_are_found_and_the_rest_is_counted(tmp_path: Path, capsys):
    for kind, names in (
        ("tunnel", [f"{sha256(bytes([n])).hexdigest()[:24]}.t.example.com" for n in range(20)]),
        ("benign/deep", ["www.example.com", "api.example.org"]),
    ):
        (tmp_path / kind).mkdir(parents=True)
        wrpcap(str(tmp_path / kind / "one.pcap"), [query(name) for name in names])
    (tmp_path / "benign" / "broken.pcap").write_bytes(b"no capture at all")
    captures.run(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("broken.pcap: can't be read")
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[3:]]
    assert cells == [["tunnel", "1", "20", "1", "1", "1"], ["benign", "1", "2", "2", "0", "0"]]
