"""The far end of a DNS tunnel: a name server to which a file can be carried in the names that are asked for."""

from __future__ import annotations

import base64
import binascii
import re
from collections import defaultdict
from pathlib import Path

DOMAIN = "t.example.com"
"""The names below it are this server's."""
_NAME = re.compile(rf"([a-z2-7]+|end)\.(\d{{1,6}})\.([a-z0-9-]{{1,32}})\.{re.escape(DOMAIN)}")
_MOST = 1 << 20


class Tunnel:
    """Takes `DATA.NUMBER.FILE.t.example.com`, base32 in pieces; `end.COUNT.FILE…` writes the file into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pieces: dict[str, dict[int, str]] = defaultdict(dict)

    def take(self, name: str) -> None:
        """Take one name that was asked for; any other is none of its business."""
        found = _NAME.fullmatch(name)
        if found is None:
            return
        data, number, file = found[1], int(found[2]), found[3]
        pieces = self._pieces[file]
        if data != "end":
            if sum(map(len, pieces.values())) < _MOST:
                pieces[number] = data
            return
        if sorted(pieces) == list(range(number)):
            text = "".join(pieces[one] for one in range(number)).upper()
            try:
                whole = base64.b32decode(text + "=" * (-len(text) % 8))
            except binascii.Error:
                return
            self._folder.mkdir(exist_ok=True)
            (self._folder / file).write_bytes(whole)
        del self._pieces[file]
