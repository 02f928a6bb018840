"""Packets, as pcap or pcapng: the real Suricata says what they are, by the rules that are shipped."""

from collections.abc import Iterator
from pathlib import Path

from hunts.forms import NotALogError, Record, UnreadableError
from hunts.forms.content import Content, layers
from hunts.forms.eve import from_eve
from hunts.scratch import scratch

_MAGIC = (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x0a\x0d\x0d\x0a")
_HEAD = 24
"""Bytes before the first packet of a pcap. Source: the pcap format, draft-ietf-opsawg-pcap."""
RULES = Path(__file__).resolve().parents[2] / "components" / "rules"


def is_capture(start: bytes) -> bool:
    """Tell whether a file that begins like this holds packets."""
    return start[:4] in _MAGIC


def records(content: Content) -> Iterator[Record | NotALogError]:
    """Yield what Suricata says of a capture: alerts of the shipped rules, names, queries and flows."""
    from traffic.errors import SuricataMissingError, TrafficError
    from traffic.suricata import Suricata

    with scratch("hunts-capture-") as folder:
        plain = content.path
        if layers(plain):
            plain = folder / "plain.pcap"
            with plain.open("wb") as file:
                file.writelines(content.pieces())
        if plain.stat().st_size <= _HEAD:
            yield NotALogError("there are none in it")
            return
        work = folder / "suricata"
        work.mkdir()
        try:
            for event in Suricata.find().events(plain, _rules(), work):
                for record in from_eve(event):
                    yield record if isinstance(record, NotALogError) else {**record, "seen_at": "capture"}
        except (SuricataMissingError, TrafficError) as error:
            yield UnreadableError(str(error).splitlines()[0])


def _rules() -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in sorted(RULES.glob("*.rules")))
