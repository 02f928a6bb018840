"""Weighs what all hunts say about each instance, and says why."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hunts.model import Answer, Hunt, Question, Unread
from hunts.silence import asked_of_nothing
from hunts.terminal import safe

COLUMNS = ("instance", "src_ip", "score", "verdict", "hunts", "why")
_SENTENCES = 2


@dataclass(slots=True)
class _Case:
    score: float = 0.0
    hunts: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)


def share(findings: float) -> float:
    """Return how much of its weight a hunt counts with: once for one finding, slowly up to twice for a hundred.

    Less than one finding, one that several instances have in common, counts as the part of it that it is.
    """
    return findings if findings < 1 else min(2.0, 1.0 + math.log10(findings) / 2)


def weigh(
    question: Question,
    answers: Sequence[tuple[Hunt, Answer]],
    name_of: Callable[[str], str | None],
    missing: Sequence[str],
) -> Answer:
    """Return one row per instance that any hunt found, the strongest case first.

    `name_of` knows instances by address; `missing` names hunts that could not be asked, which the answer notes.
    """
    cases: dict[str, _Case] = {}
    for hunt, answer in sorted(answers, key=lambda pair: -pair[0].weight):
        common = {} if _leaves_out_the_fleets(hunt) else _instances_by_subject(hunt, answer)
        for address, records in _by_instance(hunt, answer).items():
            case = cases.setdefault(address, _Case())
            case.score += hunt.weight * share(
                sum(1 / max(1, len(common.get(_subject(hunt, item), ()))) for item in records)
            )
            case.hunts.append(hunt.name)
            case.why += [sentence(hunt, record) for record in records[:_SENTENCES]]
            if len(records) > _SENTENCES:
                case.why[-1] += f" (and {len(records) - _SENTENCES} more like it)"
    least, hunts = float(question.values["score"]), int(question.values["hunts"])
    rows = [
        (
            name_of(address) or "",
            address,
            round(case.score, 1),
            "rogue" if case.score >= least and len(case.hunts) >= hunts else "watch",
            len(case.hunts),
            case.why,
        )
        for address, case in cases.items()
    ]
    notes = [f"not asked: {', '.join(missing)} (their logs are not there)"] if missing else []
    silent = [hunt.name for hunt, answer in answers if asked_of_nothing(hunt, answer, question.window)]
    if silent:
        notes.append(f"asked of nothing: {', '.join(silent)} (no record of their logs in the window can tell)")
    if unweighed := [f"{hunt.name} {answer.left_out:,}" for hunt, answer in answers if answer.left_out]:
        notes.append(f"left out as the fleet's own or as known of old: {', '.join(unweighed)}")
    backends = list(dict.fromkeys(line for _, answer in answers for line in answer.answered_by))
    rows.sort(key=lambda row: (-row[2], row[1]))
    # What one hunt needs of a record, another doesn't.
    there = {each.log: replace(each, needs=(), telling=None) for _, answer in answers for each in answer.seen}
    seen = () if rows else list(there.values())
    return Answer(COLUMNS, rows, _together(answers), notes, backends, seen)


def sentence(hunt: Hunt, record: Mapping[str, Any]) -> str:
    """Return what the hunt says about one row, with nothing in it that a terminal would obey."""
    values = {key: safe(value) if isinstance(value, str) else value for key, value in record.items()}
    try:
        return hunt.because.format_map(values)
    except (KeyError, ValueError, TypeError):
        # Logs Insights' form of some hunts has fewer columns than the sentence wants.
        return f"{hunt.title}: {', '.join(f'{key} {value}' for key, value in values.items() if key != hunt.instance)}"


def _by_instance(hunt: Hunt, answer: Answer) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for record in answer.records():
        address = record.get(hunt.instance or "")
        if address:
            found.setdefault(str(address), []).append(record)
    return found


def _instances_by_subject(hunt: Hunt, answer: Answer) -> dict[str, set[str]]:
    """Return what the findings are about, with the instances that have it in common: a fleet's anti-virus, say."""
    found: dict[str, set[str]] = {}
    for address, records in _by_instance(hunt, answer).items():
        for record in records:
            found.setdefault(_subject(hunt, record), set()).add(address)
    return found


def _leaves_out_the_fleets(hunt: Hunt) -> bool:
    """Tell whether the hunt has looked itself who else has what it finds: an intruder's victims then count whole."""
    return any(parameter.name == "shared" for parameter in hunt.parameters)


def _subject(hunt: Hunt, record: Mapping[str, Any]) -> str:
    """Return what a row is about; a row that doesn't say so stands for itself."""
    return str(record.get(hunt.about or "", record.get(hunt.instance or "")))


def _together(answers: Sequence[tuple[Hunt, Answer]]) -> Unread:
    counts: dict[str, int] = {}
    named: dict[str, None] = {}
    for _, answer in answers:
        counts |= {label: max(count, counts.get(label, 0)) for label, count in answer.unread.counts.items()}
        named |= dict.fromkeys(answer.unread.named)
    files, lost, ahead = (
        tuple(dict.fromkeys(line for _, answer in answers for line in getattr(answer.unread, which)))
        for which in ("files", "lost", "ahead")
    )
    return Unread(counts, list(named), list(files), lost, ahead)
