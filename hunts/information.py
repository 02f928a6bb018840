"""How much a set of names can say: an estimate of the bits in them, and of how little they look like language."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from string import digits

_PAIRS = (
    "th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri "
    "ro ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il tr ly nc et ut "
    "ss so rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ia am fi "
    "ci vi pl ig tu ev ld ry mp fe bl ab gh ty op wo sa ay ex ke fr oo av ag if ap gr od bo sp rd do uc bu ei ov "
    "by rm ep tt oc fa ef cu rn sc gi da"
)
"""The most frequent pairs of letters in English: most of any word consists of them, of random letters a quarter."""
_FREQUENT = frozenset(_PAIRS.split())
_APART = re.compile("[.-]")
_FEW = 2 / 3
"""Share of what their letters say below which labels are told to be put together from few pieces."""


def bits(labels: Iterable[str]) -> float:
    """Return about how many bits distinct labels carry: letters count from where a label differs from its neighbour on.

    A letter is worth the entropy of the letters of all labels together (4 bits for hex, about 5 for base32), so
    counters and hosts by number say next to nothing and ids say what they are. Where labels are put together from the
    same few pieces, it is what tells the pieces, and which of them stands where.
    """
    ordered = sorted(set(labels))
    counts: dict[str, int] = {}
    for label in ordered:
        for letter in label:
            counts[letter] = counts.get(letter, 0) + 1
    total = sum(counts.values())
    each = -sum(count / total * math.log2(count / total) for count in counts.values())
    fresh = len(ordered[0]) if ordered else 0
    for before, label in pairwise(ordered):
        shared = next((at for at, (a, b) in enumerate(zip(before, label, strict=False)) if a != b), len(before))
        fresh += len(label) - shared
    pieces = _in_pieces(ordered, each)
    return pieces if pieces < _FEW * each * fresh else each * fresh


def _in_pieces(labels: Sequence[str], each: float) -> float:
    """Return the bits in labels as words and the numbers behind them, by their place: each spelt once, then chosen."""
    places: dict[int, Counter[str]] = {}
    for label in labels:
        for place, part in enumerate(_APART.split(label)):
            word = part.rstrip(digits)
            places.setdefault(2 * place, Counter())[word] += 1
            places.setdefault(2 * place + 1, Counter())[part[len(word) :]] += 1
    total = 0.0
    for times in places.values():
        total += sum(map(len, times)) * each
        total -= sum(count * math.log2(count / times.total()) for count in times.values())
    return total


def like_language(text: str) -> float:
    """Return the share of neighbouring letters that are a frequent pair: most in words, few in random text."""
    pairs = [a + b for a, b in pairwise(text.lower())]
    return sum(pair in _FREQUENT for pair in pairs) / len(pairs) if pairs else 1.0
