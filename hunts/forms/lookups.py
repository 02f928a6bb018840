"""From a question and its answer, which Suricata writes apart, to the one record that a resolver's log has of both."""

from collections.abc import Iterator

from hunts.forms import NotALogError, Record

ASKED, ANSWERED = "lookup_asked", "lookup_answered"
"""Fields by which a reader says what a record is a half of: a text that both halves have; `whole` takes it off."""
_WAITING = 10_000
"""Questions without an answer that are kept; of more, the oldest is one that nobody answered."""


def whole(found: Iterator[Record | NotALogError]) -> Iterator[Record | NotALogError]:
    """Yield the records, in place of a question and its answer the answer, with the time of the question.

    A question that nobody answered is a record by itself: a tunnel may want no answers.
    """
    waiting: dict[object, Record] = {}
    for record in found:
        if isinstance(record, NotALogError):
            yield record
        elif (key := record.pop(ASKED, None)) is not None:
            earlier = waiting.pop(key, None) or (waiting.pop(next(iter(waiting))) if len(waiting) >= _WAITING else None)
            if earlier:
                yield earlier
            waiting[key] = record
        elif (key := record.pop(ANSWERED, None)) is not None and (question := waiting.pop(key, None)):
            yield {**record, "query_timestamp": question["query_timestamp"]}
        else:
            yield record
    yield from waiting.values()
