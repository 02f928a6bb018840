"""DuckDB on this machine: reads records as they lie, gzip too, and answers in memory that is bounded."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from hunts import sql
from hunts.backends import Progress
from hunts.backends.interrupt import interruptible
from hunts.backends.loading import Loading
from hunts.backends.reading import Reading
from hunts.backends.sources import LogFile, LogSource
from hunts.errors import HuntError, raise_if_full
from hunts.folds import fold
from hunts.model import Answer, Question, Unread
from hunts.pushdown import answered, condition, repeats_count
from hunts.scratch import scratch
from hunts.window import Window

_BATCH = 10_000
_NOW = 900
"""Seconds: a window that ends within so many was asked for up to now."""
_MEMORY, _LOGS = 700_000_000, 350_000_000
"""Bytes of memory that are enough for so many bytes of logs, which are ten million records of AWS's as they come."""


class DuckDB:
    """Loads the columns that the questions need into tables of its own, then asks them.

    DuckDB may read the listed files and its own spool folder, nothing else, and can't be told otherwise by what a query
    says.
    """

    name = "duckdb"

    def __init__(self, sources: Mapping[str, LogSource], memory: str | None = None, threads: int | None = None) -> None:
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
        # This puts columns of its own in place of patterns: what the queries use is asked behind it.
        said = {log: answered(trees, log) for log in sql.used(trees)}
        views = sorted(sql.used(trees).items())
        with scratch("hunts-") as spool:
            files = {log: self._files(log, window, spool, progress) for log, _ in views}
            paths = [file.path for found in files.values() for file in found]
            with closing(self._connect(spool, paths)) as database, interruptible(database):
                logs = {
                    log: Loading(
                        database,
                        log,
                        files[log],
                        spool,
                        Reading(
                            log,
                            columns,
                            window,
                            once=repeats_count(trees, log),
                            needs=[question.hunt.needs.get(log, ()) for question in questions],
                            answered=said[log],
                        ),
                    )
                    for log, columns in views
                }

                def answers() -> list[Answer]:
                    for log, loading in logs.items():
                        progress(f"reading {len(files[log])} {log} file{'' if len(files[log]) == 1 else 's'}")
                        loading.keep(condition(trees, log))
                    queries = [sql.duckdb(tree) for tree in trees]
                    return [
                        _answer(database, question, query, progress)
                        for question, query in zip(questions, _once(database, questions, queries), strict=True)
                    ]

                found = _patiently(answers, logs.values())
                unread = {log: loading.unread() for log, loading in logs.items()}
                now = time.time()
                if abs(window.end - now) < _NOW:
                    unread |= {log: replace(unread[log], ahead=[loading.ahead(now)]) for log, loading in logs.items()}
                missing = any(loading.is_empty(asked) for loading in logs.values())
                seen = (
                    {log: loading.seen(asked) for log, loading in logs.items()}
                    if missing or _nobody(questions, found)
                    else {}
                )
                home = str(questions[0].values["home"])
                away = {log for log in seen if logs[log].is_away(asked, home)}
        not_read, gone = (
            list(dict.fromkeys(line for log, _ in views for line in getattr(self._sources[log], which)))
            for which in ("not_read", "lost")
        )
        return [
            replace(
                answer,
                unread=_together(unread, question.hunt.reads, not_read, gone),
                seen=()
                if answer.rows
                else [
                    replace(seen[log][tuple(question.hunt.needs.get(log, ()))], away=log in away and _at_home(question))
                    for log in question.hunt.reads
                    if log in seen
                ],
            )
            for question, answer in zip(questions, found, strict=True)
        ]

    def _connect(self, spool: Path, files: Sequence[Path]) -> Any:
        """Open a database whose tables go to the spool folder when they outgrow the memory, and lock it in."""
        # In a file columns are compressed, and take no memory while nobody looks at them.
        database = duckdb.connect(spool / "kept.duckdb")
        database.execute("SET memory_limit = ?", [self._memory or _memory(files)])
        database.execute("SET temp_directory = ?", [str(spool / "spill")])
        database.execute("SET preserve_insertion_order = false")
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


def _memory(files: Iterable[Path]) -> str:
    """Return what DuckDB may take: more for more logs, as a count of what differs has no other place; half at the most.

    The limit can't be raised once a query has failed: by then it is locked.
    """
    size = sum(path.stat().st_size for path in files)
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    return f"{max(_MEMORY, min(_MEMORY * size // _LOGS, half))}B"


def _patiently(answers: Callable[[], list[Answer]], logs: Iterable[Loading]) -> list[Answer]:
    """Return the answers; where DuckDB gives up on a file, mend what can't be read and ask once more."""
    mended = False
    while True:
        try:
            return answers()
        except duckdb.OutOfMemoryException as error:
            raise_if_full(error)
            # No file is to blame, and nothing that DuckDB proposes is the user's to set.
            said = str(error).splitlines()[0]
            raise HuntError(
                f"too many records for the memory that hunts take: ask of a shorter window ({said})"
            ) from None
        except duckdb.Error as error:
            raise_if_full(error)
            changed = [] if mended else [log.mend() for log in logs]
            if not any(changed):
                raise HuntError(f"DuckDB found no answer: {error}") from None
            mended = True


def _once(database: Any, questions: Sequence[Question], queries: Sequence[str]) -> Iterator[str]:
    """Yield a query for each question, over the records that it is about: one that several share is worked out once."""
    asked = [(query, item.since, item.window.end) for query, item in zip(queries, questions, strict=True)]
    for place, (query, question) in enumerate(zip(queries, questions, strict=True)):
        for log in question.hunt.reads:
            database.execute(
                f"CREATE OR REPLACE TEMP VIEW {log} AS FROM loaded_{log} "
                f"WHERE ts >= {question.since:d} AND ts < {question.window.end:d}"
            )
        first, shared = asked.index(asked[place]), asked.count(asked[place]) > 1
        if shared and first == place:
            database.execute(f"CREATE OR REPLACE TEMP TABLE shared_{first} AS {query}")
        yield f"FROM shared_{first}" if shared else query


def _answer(database: Any, question: Question, query: str, progress: Progress) -> Answer:
    progress(f"asking {question.hunt.name}")
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    return fold(question, names, iter(lambda: cursor.fetchmany(_BATCH), []))


def _at_home(question: Question) -> bool:
    return ":home" in question.hunt.sql


def _nobody(questions: Sequence[Question], answers: Sequence[Answer]) -> bool:
    """Tell whether no answer names an instance, so that `rogue` is empty, too.

    Only then has an empty answer to say of how many records it is; or where a log had none to keep, so that its hunts
    may have been asked of nothing.
    """
    return not any(
        answer.rows if question.hunt.instance is None else any(r[question.hunt.instance] for r in answer.records())
        for question, answer in zip(questions, answers, strict=True)
    )


def _together(
    unread: Mapping[str, Unread], logs: Sequence[str], not_read: Sequence[str], gone: Sequence[str]
) -> Unread:
    """Return the bad lines of several logs as one account; a line of a file that holds two logs is bad once."""
    counts: dict[str, int] = {}
    for log in logs:
        for label, count in unread[log].counts.items():
            counts[label] = max(count, counts.get(label, 0))
    named, lost = dict.fromkeys(line for log in logs for line in unread[log].named), dict.fromkeys(gone)
    lost |= dict.fromkeys(line for log in logs for line in unread[log].lost)
    ahead = [line for log in logs for line in unread[log].ahead if line]
    return Unread(counts, list(named), not_read, list(lost), ahead)
