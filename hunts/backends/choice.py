"""Which backend answers: what the user said, or for each hunt what fits the places where its logs lie."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hunts.backends import Backend, Progress
from hunts.backends.buckets import Bucket
from hunts.backends.duck import DuckDB
from hunts.backends.local_files import LocalFiles
from hunts.backends.log_groups import LogGroup
from hunts.backends.sources import LogSource
from hunts.errors import HuntError
from hunts.model import LOGS, Answer, Hunt, Question
from hunts.stack import StackOutputs

_TITLES = {"duckdb": "DuckDB on this machine", "athena": "Athena", "insights": "CloudWatch Logs Insights"}
_PLACES = {"s3": "S3", "cloudwatch": "CloudWatch"}


def backend_for(wanted: str, outputs: StackOutputs | None, files: Sequence[Path]) -> tuple[Backend, Sequence[str]]:
    """Return the backend and the logs that it can read; `auto` is DuckDB for files, and `Fitting` for a stack."""
    if files:
        if wanted not in ("auto", "duckdb"):
            raise HuntError(f"--logs reads files on this machine, which --backend {wanted} can't see: leave it out")
        return DuckDB(dict.fromkeys(LOGS, LocalFiles(files))), LOGS
    if outputs is None:
        raise HuntError("nothing to read: give --logs PATH, or a stack")
    there = [log for log in LOGS if outputs.log(log).type != "none"]
    if wanted == "auto":
        return Fitting(outputs), there
    readable = {"insights": "cloudwatch", "athena": "s3"}.get(wanted)
    return _backend(wanted, outputs), [log for log in there if readable in (None, outputs.log(log).type)]


@dataclass(frozen=True, slots=True)
class Fitting:
    """Puts each question where it is answered best, and says in the answer where that was, and why."""

    outputs: StackOutputs
    make: Callable[[str, StackOutputs], Backend] | None = None
    name = "auto"

    def ask(self, question: Question, progress: Progress) -> Answer:
        """Return the answer to one question."""
        return self.ask_all([question], progress)[0]

    def ask_all(self, questions: Sequence[Question], progress: Progress) -> list[Answer]:
        """Return the answers in the order of the questions; each backend is asked once for all that are its own."""
        choices = [fitting(self.outputs, question.hunt) for question in questions]
        answers: dict[int, Answer] = {}
        for name in dict.fromkeys(name for name, _ in choices):
            mine = [number for number, choice in enumerate(choices) if choice[0] == name]
            found = (self.make or _backend)(name, self.outputs).ask_all(
                [questions[number] for number in mine], progress
            )
            for number, answer in zip(mine, found, strict=True):
                answers[number] = replace(answer, answered_by=[f"{_TITLES[name]}: {choices[number][1]}"])
        return [answers[number] for number in range(len(questions))]


def fitting(outputs: StackOutputs, hunt: Hunt) -> tuple[str, str]:
    """Return the backend that suits the hunt, and the reason in words.

    Bringing records to this machine takes long where there are many: DuckDB is for what the others can't do.
    """
    if os.environ.get("AWS_ENDPOINT_URL"):
        return "duckdb", "the local AWS has the records at hand"
    places = {log: outputs.log(log).type for log in hunt.reads}
    where = " and ".join(f"{log.upper()} in {_PLACES.get(kind, 'no log')}" for log, kind in places.items())
    if set(places.values()) == {"s3"}:
        return ("athena", f"it reads {where}") if outputs.athena else ("duckdb", f"it reads {where}, with no tables")
    if list(places.values()) == ["cloudwatch"] and hunt.insights:
        return "insights", f"it reads {where}"
    return "duckdb", f"it reads {where}, which no query of AWS's brings together"


def _backend(name: str, outputs: StackOutputs) -> Backend:
    there = [log for log in LOGS if outputs.log(log).type != "none"]
    if name == "insights":
        from hunts.backends.insights import Insights

        groups = {log: outputs.log(log).name for log in there if outputs.log(log).type == "cloudwatch"}
        return Insights(groups, outputs.region)
    if name == "athena":
        from hunts.backends.athena import Athena

        if outputs.athena is None:
            raise HuntError("the stack has no Athena tables: send its logs to S3, or use --backend duckdb")
        return Athena(outputs.athena, outputs.region)
    return DuckDB({log: _source(outputs, log) for log in there})


def _source(outputs: StackOutputs, log: str) -> LogSource:
    destination = outputs.log(log)
    if destination.type == "cloudwatch":
        return LogGroup(destination.name, outputs.region)
    return Bucket(destination.name, destination.prefix, outputs.region)
