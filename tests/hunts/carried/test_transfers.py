"""What a sender puts into names comes out again, however it encodes, cuts, numbers and places it; nothing else does."""

import base64
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hunts.carried import content, transfers
from traffic.names import carrying

TEXT = b"customer,card\n" + b"".join(f"Example {n},4000-0000-0000-{n:04d}\n".encode() for n in range(12))
ENCODERS: dict[str, Callable[[bytes], str]] = {
    "hex": bytes.hex,
    "base32": lambda data: base64.b32encode(data).decode().lower().rstrip("="),
    "base32hex": lambda data: base64.b32hexencode(data).decode().lower().rstrip("="),
    "base64": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
}
PLACES = ("{n}.{data}", "{n}-{data}", "{data}.{n}.session7", "{n:04d}.{data}.t", "{data}", "{data}.t")


def cut(text, size):
    return [text[at : at + size] for at in range(0, len(text), size)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("encoding", ENCODERS)
@pytest.mark.parametrize("way", ["cut when encoded", "encoded when cut"])
def test_a_text_comes_out_as_it_went_in(encoding, place, way):
    encode = ENCODERS[encoding]
    pieces = cut(encode(TEXT), 37) if way == "cut when encoded" else [encode(part) for part in cut(TEXT, 23)]
    # Without numbers time alone tells the order; with them a second may hold several, and the log any order.
    asked = [(100 + (n // 5 if "{n" in place else n), place.format(n=n, data=data)) for n, data in enumerate(pieces)]
    random.Random(1).shuffle(asked)  # noqa: S311 (no secret)

    (found,) = transfers(asked)

    assert (found.content.data, found.content.kind, found.content.sure) == (TEXT, "text", "certain")
    assert found.encoding == encoding
    assert found.missing == ()


@given(
    data=st.binary(min_size=60, max_size=600),
    encoding=st.sampled_from(["hex", "base32", "base64"]),
    size=st.integers(8, 30),
)
def test_numbered_bytes_of_any_kind_come_out_where_the_encoding_is_told(data, encoding, size):
    data = b"\x7fELF" + data  # a type of file, so that the right encoding is known from the wrong ones
    asked = [(7, name.removesuffix(".example")) for name in carrying(data, encoding, size, "t.example")]

    (found,) = transfers(asked)

    assert (found.content.data, found.content.kind) == (data, "ELF")


def test_a_lost_piece_shows_as_such_and_takes_the_certainty():
    asked = [(1, f"{n}.{piece}") for n, piece in enumerate(cut(ENCODERS["base64"](TEXT), 37)) if n != 4]

    (found,) = transfers(asked)

    assert found.missing == (4,)
    assert (found.content.kind, found.content.sure) == ("text", "likely")
    assert len(found.content.data) == len(TEXT)
    assert found.content.data.startswith(TEXT[:110])
    assert found.content.data.endswith(TEXT[-100:])
    assert b"?" * 20 in found.content.data


def test_two_files_through_one_channel_are_two():
    first, second = TEXT, TEXT[::-1]
    asked = [
        (start + n, f"{n}.{piece}")
        for start, data in ((100, first), (200, second))
        for n, piece in enumerate(cut(ENCODERS["base32"](data), 50))
    ]

    assert [item.content.data for item in transfers(asked)] == [first, second]


def test_names_beside_the_channel_do_not_spoil_it():
    asked = [(n, f"{n}.{piece}.t") for n, piece in enumerate(cut(ENCODERS["base64"](TEXT), 40))]
    asked += [(n, name) for n, name in enumerate(("www", "mail", "api.eu", "img1.cdn", "img2.cdn"))]

    (found,) = [item for item in transfers(asked) if item.content.sure != "not at all"]

    assert (found.place, found.content.data) == ("t", TEXT)


@pytest.mark.parametrize(
    "names",
    [
        ["www", "mail", "api", "static", "img", "cdn"],
        [f"cdn{n}" for n in range(40)],
        [f"img{n}.cdn" for n in range(40)],
        [f"{n}.pool.ntp" for n in range(4)],
        [f"d{n:013d}" for n in range(40)],
        [random.Random(n).randbytes(20).hex() for n in range(40)],  # noqa: S311
        [base64.b32encode(random.Random(n).randbytes(20)).decode().lower() for n in range(40)],  # noqa: S311
    ],
    ids=["words", "numbers", "numbers below", "pool", "digits", "hashes", "random"],
)
def test_names_that_carry_nothing_to_read_are_not_read(names):
    assert [item.content for item in transfers(list(enumerate(names))) if item.content.sure != "not at all"] == []


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.binary(max_size=8).map(lambda b: b"a report" * 3 + b)
)
def test_what_is_seen_through_early_is_what_a_look_at_each_character_says(data: bytes):
    text = data.decode("utf-8", "replace")
    read = sum((char.isprintable() and char != "\ufffd") or char in "\t\r\n" for char in text)
    known = content(data).kind not in ("text", "unknown")
    assert known or (content(data).kind == "text") == (len(data) >= 12 and read >= 0.85 * len(text))
