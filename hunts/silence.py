"""What an empty answer is worth: nothing found among many records, or nothing asked of any."""

from collections.abc import Sequence

from hunts.model import Answer, Hunt, Seen
from hunts.window import Window, instant

_WORDS = {
    "app_proto": "a protocol",
    "sni": "a name in TLS or QUIC",
    "host": "a host in HTTP",
    "tls_version": "a version of TLS",
    "user_agent": "a user agent",
    "ja3": "a JA3",
    "ja4": "a JA4",
}
"""What the columns are that a hunt may need, for a reader."""


_SHOW_ALL = ("habits", "known", "shared")
"""Parameters of which 1 leaves nothing out."""

_AWAY = "an end in the networks that were asked about (--home)"


def asked_of_nothing(hunt: Hunt, answer: Answer, window: Window) -> str:
    """Say why an empty answer is no all-clear: the logs that the hunt needs hold no record; empty where they do."""
    if answer.rows or not answer.seen:
        return ""
    without = [seen for seen in answer.seen if not seen.inside or seen.telling == 0 or seen.away]
    some = hunt.either and len(without) < len(answer.seen)
    # The log that is missing may be what couldn't be read.
    if not without or (some and not answer.unread.total and not answer.unread.lost):
        return ""
    lines = [f"hunt {hunt.name} was asked of {'too little' if some else 'nothing'}: {_nothing(without, window)}"]
    lines += answer.unread.files
    if answer.unread.total:
        lines += answer.unread.named or [f"{answer.unread.total:,} lines were no records"]
    return "\n  ".join(lines)


def in_doubt(answer: Answer) -> str:
    """Say why an answer without rows is no all-clear, though records were read: files that may hold more were not."""
    if answer.rows:
        return ""
    if answer.unread.ahead and not answer.unread.lost:
        return f"this is no all-clear: {'; '.join(answer.unread.ahead)}"
    if not answer.unread.lost:
        return ""
    count = len(answer.unread.lost)
    files = "a file" if count == 1 else f"{count:,} files"
    return f"this is no all-clear: {files} that could not be read to the end may hold records"


def left_out(hunt: Hunt, answer: Answer) -> str:
    """Say how many rows were taken for the fleet's own or for old habits, and what shows them; empty for none."""
    if not answer.left_out:
        return ""
    ways = [f"--set {item.name}=1" for item in hunt.parameters if item.name in _SHOW_ALL]
    return (
        f"{answer.left_out:,} more left out as the fleet's own or as known of old:"
        f" {' '.join(ways)} shows {'it' if answer.left_out == 1 else 'them'}"
    )


def _nothing(without: Sequence[Seen], window: Window) -> str:
    mute = [seen for seen in without if seen.inside]
    if mute:
        told = "; ".join(
            f"of {seen.inside:,} {seen.log.upper()} record{'' if seen.inside == 1 else 's'} in the window none has"
            f" {_AWAY if seen.away else ' or '.join(_WORDS.get(name, name) for name in seen.needs)}"
            for seen in mute
        )
        rest = [seen for seen in without if not seen.inside]
        return f"{told}; {_nothing(rest, window)}" if rest else told
    elsewhere = [seen for seen in without if seen.count and seen.first is not None and seen.last is not None]
    if elsewhere:
        told = "; ".join(
            f"the {seen.count:,} {seen.log.upper()} record{' there is lies' if seen.count == 1 else 's there are lie'}"
            f" between {instant(seen.first or 0)} and {instant(seen.last or 0)}"
            for seen in elsewhere
        )
        return f"no record lies in the window, {window}; {told}: give --from and --to"
    return f"there is no {' and no '.join(seen.log.upper() for seen in without)} record to read"


def among(answer: Answer) -> str:
    """Say of how many records, of which logs, from when to when nothing was found; empty where nobody knows."""
    parts = [f"{seen.inside:,} {seen.log.upper()} record{'' if seen.inside == 1 else 's'}" for seen in answer.seen]
    times = [seen for seen in answer.seen if seen.inside and seen.first is not None and seen.last is not None]
    if not parts or not times:
        return ""
    first, last = min(seen.first or 0 for seen in times), max(seen.last or 0 for seen in times)
    return f" in {' and '.join(parts)}, {instant(first)} to {instant(last)}"
