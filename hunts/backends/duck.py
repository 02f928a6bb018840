"""DuckDB on this machine: reads records as they lie, gzip too, and answers in memory that is bounded."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from hunts import sql
from hunts.backends import Progress
from hunts.backends.loading import STREAMING, Loading
from hunts.backends.reading import Reading
from hunts.backends.sources import LogFile, LogSource
from hunts.errors import HuntError
from hunts.folds import fold
from hunts.model import Answer, Question, Unread
from hunts.pushdown import condition, read_through, repeats_count
from hunts.window import Window

_BATCH = 10_000


class DuckDB:
    """Loads the columns that the questions need into tables of its own, then asks them.

    DuckDB may read the listed files and its own spool folder, nothing else, and can't be told otherwise by what a query
    says.
    """

    name = "duckdb"

    def __init__(self, sources: Mapping[str, LogSource], memory: str = "700MB", threads: int | None = None) -> None:
        self._sources = sources
        self._memory = memory
        self._threads = threads

    def ask(self, question: Question, progress: Progress) -> Answer:
        """Return the answer to one question."""
        return self.ask_all([question], progress)[0]

    def ask_all(self, questions: Sequence[Question], progress: Progress) -> list[Answer]:
        """Return the answers in the order of the questions, from one reading of the logs."""
        trees = [sql.bound(question.hunt, question.values) for question in questions]
        window = Window(min(q.since for q in questions), max(q.window.end for q in questions))
        asked = Window(min(q.window.start for q in questions), window.end)
        views = sorted(sql.used(trees).items())
        through = all(read_through(trees, log) for log, _ in views)
        with tempfile.TemporaryDirectory(prefix="hunts-") as folder:
            spool = Path(folder).resolve()
            files = {log: self._files(log, window, spool, progress) for log, _ in views}
            paths = [file.path for found in files.values() for file in found]
            with closing(self._connect(spool, paths, streaming=through)) as database:
                logs = {
                    log: Loading(
                        database,
                        log,
                        files[log],
                        spool,
                        Reading(log, columns, window, once=repeats_count(trees, log)),
                    )
                    for log, columns in views
                }

                def answers() -> list[Answer]:
                    for log, loading in logs.items():
                        progress(f"reading {len(files[log])} {log} file{'' if len(files[log]) == 1 else 's'}")
                        loading.stream() if through else loading.keep(condition(trees, log))
                    return [
                        _answer(database, question, tree, progress)
                        for question, tree in zip(questions, trees, strict=True)
                    ]

                found = _patiently(answers, logs.values())
                unread = {log: loading.unread() for log, loading in logs.items()}
                missing = not through and any(loading.is_empty(asked) for loading in logs.values())
                seen = (
                    {
                        log: loading.seen(asked, [q.hunt.needs.get(log, ()) for q in questions])
                        for log, loading in logs.items()
                    }
                    if missing or _nobody(questions, found)
                    else {}
                )
        not_read = list(dict.fromkeys(line for log, _ in views for line in self._sources[log].not_read))
        return [
            replace(
                answer,
                unread=_together(unread, question.hunt.reads, not_read),
                seen=()
                if answer.rows
                else [seen[log][tuple(question.hunt.needs.get(log, ()))] for log in question.hunt.reads if log in seen],
            )
            for question, answer in zip(questions, found, strict=True)
        ]

    def _connect(self, spool: Path, files: Sequence[Path], *, streaming: bool = False) -> Any:
        """Open a database whose tables go to the spool folder when they outgrow the memory, and lock it in."""
        database = duckdb.connect()
        database.execute("SET memory_limit = ?", [self._memory])
        database.execute("SET temp_directory = ?", [str(spool / "spill")])
        database.execute("SET preserve_insertion_order = false")
        if streaming:
            database.execute(STREAMING)
        if self._threads:
            database.execute("SET threads = ?", [self._threads])
        database.execute("SET allowed_directories = ?", [[str(spool)]])
        # DuckDB follows the links in the spool folder before it looks whether it may read what they lead to.
        database.execute("SET allowed_paths = ?", [[str(path.resolve()) for path in files]])
        database.execute("SET enable_external_access = false")
        database.execute("SET lock_configuration = true")
        return database

    def _files(self, log: str, window: Window, spool: Path, progress: Progress) -> Sequence[LogFile]:
        if log not in self._sources:
            raise HuntError(f"there is no {log} log to read: the stack writes none, and --logs was not given")
        return self._sources[log].files(log, window, spool, progress)


def _patiently(answers: Callable[[], list[Answer]], logs: Iterable[Loading]) -> list[Answer]:
    """Return the answers; where DuckDB gives up on a file, mend what can't be read and ask once more."""
    mended = False
    while True:
        try:
            return answers()
        except duckdb.OutOfMemoryException as error:
            # No file is to blame, and nothing that DuckDB proposes is the user's to set.
            said = str(error).splitlines()[0]
            raise HuntError(
                f"too many records for the memory that hunts take: ask of a shorter window ({said})"
            ) from None
        except duckdb.Error as error:
            changed = [] if mended else [log.mend() for log in logs]
            if not any(changed):
                raise HuntError(f"DuckDB found no answer: {error}") from None
            mended = True


def _answer(database: Any, question: Question, tree: exp.Expr, progress: Progress) -> Answer:
    progress(f"asking {question.hunt.name}")
    for log in question.hunt.reads:
        database.execute(
            f"CREATE OR REPLACE TEMP VIEW {log} AS FROM loaded_{log} "
            f"WHERE ts >= {question.since:d} AND ts < {question.window.end:d}"
        )
    cursor = database.execute(sql.duckdb(tree))
    names = [column[0] for column in cursor.description]
    columns, rows = fold(question, names, iter(lambda: cursor.fetchmany(_BATCH), []))
    return Answer(columns, rows)


def _nobody(questions: Sequence[Question], answers: Sequence[Answer]) -> bool:
    """Tell whether no answer names an instance, so that `rogue` is empty, too.

    Only then has an empty answer to say of how many records it is, which takes another reading of them; or where a
    log had none to keep, so that its hunts may have been asked of nothing.
    """
    return not any(
        answer.rows if question.hunt.instance is None else any(r[question.hunt.instance] for r in answer.records())
        for question, answer in zip(questions, answers, strict=True)
    )


def _together(unread: Mapping[str, Unread], logs: Sequence[str], not_read: Sequence[str]) -> Unread:
    """Return the bad lines of several logs as one account; a line of a file that holds two logs is bad once."""
    counts: dict[str, int] = {}
    for log in logs:
        for label, count in unread[log].counts.items():
            counts[label] = max(count, counts.get(label, 0))
    return Unread(counts, list(dict.fromkeys(line for log in logs for line in unread[log].named)), not_read)
