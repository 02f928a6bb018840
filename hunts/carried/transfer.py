"""From the names that one instance asked for below one domain to the pieces that they carry, in order."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hunts.carried.content import Content
from hunts.carried.encodings import decoded

_Name = tuple[int, list[str]]  # when it was first asked for, and its labels
_NUMBERED = re.compile(r"(\d{1,6})[-_](.+)")
_MOST = 0.9
"""Share of the names that must fit a pattern: a channel also says hello and goodbye."""
_FEWEST = 2
_PLACE = 4
"""Names from which on their last label is where they are, rather than what they say."""
_LENGTH = 10
"""Least mean length of labels that nothing counts: shorter ones name machines, and chance makes words of them."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """What some names carried together.

    `place` is the label that all are below of, within the domain; empty where they are right below it. `ordered` is
    `by number`, or `by time` where names have none: those of one second may then be out of order. `missing` are the
    numbers up to the last one that nobody asked for in this log.
    """

    place: str
    encoding: str
    content: Content
    names: int
    ordered: str
    missing: tuple[int, ...]
    first_seen: int
    last_seen: int


@dataclass(frozen=True, slots=True)
class _Piece:
    seen: int
    number: int | None
    text: str


def transfers(asked: Sequence[tuple[int, str]]) -> list[Transfer]:
    """Return what the names carried; `asked` are time (epoch seconds) and the part of the name below the domain.

    One channel carries several files one after the other: a number that comes again begins the next one.
    """
    first: dict[str, int] = {}
    for seen, below in sorted(asked):
        first.setdefault(below, seen)
    names = [(seen, below.split(".")) for below, seen in first.items()]
    return [
        transfer
        for place, channel in _channels(names)
        for pieces in _apart(_pieces(channel))
        if (transfer := _transfer(place, pieces))
    ]


def _channels(names: Sequence[_Name]) -> Iterator[tuple[str, list[_Name]]]:
    """Yield names by what they are below of: a last label that many have in common is a place, not data."""
    shared = Counter(labels[-1] for _, labels in names if len(labels) > 1)
    places: dict[str, list[_Name]] = {}
    for seen, labels in names:
        place = labels[-1] if len(labels) > 1 and shared[labels[-1]] >= _PLACE else ""
        places.setdefault(place, []).append((seen, labels))
    yield from places.items()


def _pieces(names: Sequence[_Name]) -> list[_Piece]:
    """Return number and data of each name: labels that all share say nothing, one that counts is the number."""
    usual = max(
        ({len(labels) for _, labels in names}), key=lambda size: sum(len(labels) == size for _, labels in names)
    )
    fitting = [(seen, labels) for seen, labels in names if len(labels) == usual]
    varied = [place for place in range(usual) if len({labels[place] for _, labels in fitting}) > 1]
    if len(fitting) < max(_FEWEST, _MOST * len(names)) or not varied:
        return [_Piece(seen, None, "".join(labels)) for seen, labels in names]
    for place in (varied[0], varied[-1]):
        rest = [at for at in varied if at != place]
        counted = [
            _Piece(seen, int(labels[place]), "".join(labels[at] for at in rest))
            for seen, labels in fitting
            if labels[place].isdecimal() and labels[place].isascii()
        ]
        if rest and _counts(counted, len(fitting)):
            return counted
    together = [(seen, _NUMBERED.fullmatch("".join(labels[at] for at in varied))) for seen, labels in fitting]
    counted = [_Piece(seen, int(match[1]), match[2]) for seen, match in together if match]
    if _counts(counted, len(fitting)):
        return counted
    return [_Piece(seen, None, "".join(labels[at] for at in varied)) for seen, labels in fitting]


def _counts(pieces: Sequence[_Piece], of: int) -> bool:
    """Tell whether the numbers count the names, rather than being data or chance: few are left out between them."""
    numbers = {piece.number for piece in pieces if piece.number is not None}
    if len(pieces) < max(_FEWEST, _MOST * of) or not numbers:
        return False
    return max(numbers) - min(numbers) < 2 * len(numbers) and min(numbers) <= len(pieces)


def _apart(pieces: Sequence[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the pieces of each file, in order."""
    if any(piece.number is None for piece in pieces):
        yield list(pieces)
        return
    group: dict[int | None, _Piece] = {}
    for piece in sorted(pieces, key=lambda piece: (piece.seen, piece.number or 0)):
        if piece.number in group:
            yield [group[number] for number in sorted(group, key=lambda number: number or 0)]
            group = {}
        group[piece.number] = piece
    yield [group[number] for number in sorted(group, key=lambda number: number or 0)]


def _transfer(place: str, pieces: Sequence[_Piece]) -> Transfer | None:
    by_number = {piece.number: piece.text for piece in pieces if piece.number is not None}
    texts: list[str | None] = [piece.text for piece in pieces if piece.text]
    missing: tuple[int, ...] = ()
    if by_number:
        # People count from nought or from one.
        every = range(min(1, *by_number), max(by_number) + 1)
        texts = [by_number.get(number) for number in every]
        missing = tuple(number for number in every if number not in by_number)
        if len(missing) > len(by_number):
            return None
    elif sum(map(len, filter(None, texts))) < _LENGTH * len(texts):
        return None
    found = decoded(texts)
    if found is None:
        return None
    return Transfer(
        place=place,
        encoding=found[0],
        content=found[1],
        names=len(pieces),
        ordered="by number" if by_number else "by time",
        missing=missing,
        first_seen=min(piece.seen for piece in pieces),
        last_seen=max(piece.seen for piece in pieces),
    )
