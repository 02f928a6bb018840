"""The report: one HTML page that needs nothing else, with the verdict first and the evidence of every hunt below it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from hunts.actions.case import Told
from hunts.model import Answer, Question, Unit
from hunts.report.charts import bars, timeline
from hunts.report.network import network
from hunts.silence import asked_of_nothing, in_doubt, left_out
from hunts.stack import StackOutputs
from hunts.terminal import columns_for_people, safe, shown
from hunts.window import Window

_WORD, _TIME = 40, 20
"""Characters of a cell that is kept on one line: of one without a blank, and of a time."""
_LONGEST = 400
"""Characters of one text: a name in DNS has no more than 253; a longer one from a packet would fill pages."""
_NAMED = 5
"""Instances that the first sentence names."""
_ROWS = 100
"""Rows of one hunt, and instances, on the page; the command line has all of them."""


def page(
    answers: Sequence[tuple[Question, Answer]],
    window: Window,
    outputs: StackOutputs | None = None,
    done: Sequence[Told] = (),
) -> str:
    """Return the page for the answers, the first of which is the verdict on the instances; `done` is what was done.

    All text from logs is escaped, the page holds no script, and its content policy forbids any.
    """
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"shown": _cell, "safe_text": _text, "short": _short}
    verdict, *others = answers
    unread: dict[str, int] = {}
    for _, answer in answers:
        unread |= answer.unread.counts
    cases = list(verdict[1].records())
    isolated = [item.instance for item in done if item.holds]
    return environment.get_template("page.html.j2").render(
        window=window,
        sentence=unasked(verdict) or _sentence(cases),
        commands=_commands(cases, outputs, isolated),
        done=[item.text for item in done],
        network=network(outputs, cases, others, isolated) if outputs else "",
        stack=f"{outputs.layout} in {outputs.region}" if outputs else "",
        answered_by=list(dict.fromkeys(line for _, answer in answers for line in answer.answered_by)),
        cases=cases,
        most=_ROWS,
        notes=[*verdict[1].unread.ahead, *verdict[1].notes],
        strongest=max((case["score"] for case in cases), default=1),
        sections=[_section(question, answer) for question, answer in _by_weight(others)],
        unread=unread,
        not_read=list(dict.fromkeys(line for _, answer in answers for line in answer.unread.files)),
        unread_named=list(dict.fromkeys(line for _, answer in answers for line in answer.unread.named))[:20],
    )


def unasked(verdict: tuple[Question, Answer]) -> str:
    """Say why a report that names no instance is no all-clear: there was too little to ask; empty where it is one."""
    question, answer = verdict
    why = asked_of_nothing(question.hunt, answer, question.window).partition("\n")[0]
    return f"This is no all-clear: {why}." if why else in_doubt(answer).capitalize()


def _sentence(cases: Sequence[Mapping[str, Any]]) -> str:
    """Return the verdict in one sentence, for somebody who reads no other."""
    rogues = [f"{case['instance'] or case['src_ip']} ({case['hunts']} hunts)" for case in cases if _rogue(case)]
    if rogues:
        behaves = "One instance behaves" if len(rogues) == 1 else f"{len(rogues)} instances behave"
        more = f" and {len(rogues) - _NAMED} more" if len(rogues) > _NAMED else ""
        return f"{behaves} as if somebody else had taken over: {', '.join(rogues[:_NAMED])}{more}."
    if cases:
        return f"No instance is called rogue; of {len(cases)} there is something to look at."
    return "Nothing was found that speaks of any instance."


def _commands(
    cases: Sequence[Mapping[str, Any]], outputs: StackOutputs | None, isolated: Sequence[str]
) -> list[tuple[str, str]]:
    """Return what to type next, each with what it does; what changes something is a dry run until --yes."""
    found = []
    for case in filter(_rogue, cases):
        name = case["instance"] or case["src_ip"]
        found.append((f"python -m hunts timeline {name}", "all that the logs have about it, in order"))
        if name in isolated:
            found.append((f"python -m hunts release {name}", "what putting it back would change; --yes does it"))
        elif outputs and case["instance"]:
            found.append((f"python -m hunts isolate {name}", "what isolating it would change; --yes does it"))
    return found


def _rogue(case: Mapping[str, Any]) -> bool:
    return bool(case["verdict"] == "rogue")


def _cell(value: Any, unit: Unit | None = None) -> str:
    return _brief(shown(value, unit))


def _text(text: str) -> str:
    return _brief(safe(text))


def _brief(text: str) -> str:
    """Return a text, or the beginning of one that is too long for a page."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters; --json has them all)"


def _short(text: str) -> bool:
    """Tell whether a cell is to stay on one line: an id, an address, a name, a time."""
    return len(text) <= (_WORD if " " not in text else _TIME)


def _by_weight(answers: Sequence[tuple[Question, Answer]]) -> list[tuple[Question, Answer]]:
    """Return hunts with findings first, the weightiest ahead; then the rankings; then those that found nothing."""
    return sorted(answers, key=lambda pair: (not pair[1].rows, -pair[0].hunt.weight, pair[0].hunt.name))


def _section(question: Question, answer: Answer) -> dict[str, object]:
    hunt = question.hunt
    columns = columns_for_people(hunt, answer)
    return {
        "hunt": hunt,
        "columns": columns,
        "rows": [[(name, record[name]) for name in columns] for record in list(answer.records())[:_ROWS]],
        "more": max(0, len(answer.rows) - _ROWS),
        "bars": bars(hunt, answer),
        "timeline": timeline(answer, question.window),
        "notes": [*filter(None, [left_out(hunt, answer)]), *answer.notes],
        "unasked": asked_of_nothing(hunt, answer, question.window).partition("\n")[0],
    }
