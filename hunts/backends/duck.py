"""DuckDB on this machine: reads records as they lie, gzip too, and answers in memory that is bounded."""

import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
from sqlglot import exp

from hunts import sql
from hunts.backends import Progress
from hunts.backends.loading import Needs, load
from hunts.backends.sources import LogFile, LogSource
from hunts.errors import HuntError
from hunts.folds import fold
from hunts.model import Answer, Question, Unread
from hunts.pushdown import condition
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
        with tempfile.TemporaryDirectory(prefix="hunts-") as folder:
            spool = Path(folder).resolve()
            views = sorted(sql.used(trees).items())
            files = {log: self._files(log, window, spool, progress) for log, _ in views}
            with closing(self._connect(spool, [file.path for found in files.values() for file in found])) as database:
                unread = {}
                for log, columns in views:
                    progress(f"reading {len(files[log])} {log} file{'' if len(files[log]) == 1 else 's'}")
                    needs = Needs(columns, window, condition(trees, log))
                    unread[log] = load(database, files[log], log, needs=needs, spool=spool)
                return [
                    _answer(database, question, tree, unread, progress)
                    for question, tree in zip(questions, trees, strict=True)
                ]

    def _connect(self, spool: Path, files: Sequence[Path]) -> Any:
        """Open a database whose tables go to the spool folder when they outgrow the memory, and lock it in."""
        database = duckdb.connect()
        database.execute("SET memory_limit = ?", [self._memory])
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


def _answer(
    database: Any, question: Question, tree: exp.Expr, unread: Mapping[str, Unread], progress: Progress
) -> Answer:
    progress(f"asking {question.hunt.name}")
    for log in question.hunt.reads:
        database.execute(
            f"CREATE OR REPLACE TEMP VIEW {log} AS SELECT * EXCLUDE (source) FROM loaded_{log} "  # noqa: S608
            f"WHERE source IS NULL AND ts >= {question.since:d} AND ts < {question.window.end:d}"
        )
    cursor = database.execute(sql.duckdb(tree))
    names = [column[0] for column in cursor.description]
    columns, rows = fold(question, names, iter(lambda: cursor.fetchmany(_BATCH), []))
    mine = [unread[log] for log in question.hunt.reads]
    counts: dict[str, int] = {}
    for part in mine:
        for label, count in part.counts.items():
            counts[label] = max(count, counts.get(label, 0))
    return Answer(columns, rows, Unread(counts, list(dict.fromkeys(line for part in mine for line in part.named))))
