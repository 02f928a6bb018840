"""Instance user data: files and first-boot commands as cloud-config, with no shell quoting. Standard library only."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MAX_BYTES = 16_384
"""What EC2 accepts as user data, before its base64 encoding."""

SCRIPTS = Path(__file__).parent / "scripts"

_BEYOND_ASCII = re.compile(r"[^\n -~]")


class UserDataError(ValueError):
    """User data that EC2 would refuse."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file to write at first boot, owned by root."""

    content: str
    mode: str = "0644"


@dataclass(frozen=True, kw_only=True)
class CloudConfig:
    """What an instance does at first boot.

    :param files: by absolute path.
    :param commands: argument lists, run in order after the files are there; no shell takes part.
    """

    files: Mapping[str, File] = field(default_factory=dict)
    commands: Sequence[Sequence[str]] = ()

    def render(self) -> str:
        """Return the user data. JSON is YAML, so a file's content arrives byte for byte, whatever is in it.

        :raises UserDataError: when it is larger than EC2 takes.
        """
        document = {
            "write_files": [
                {"path": path, "permissions": file.mode, "owner": "root:root", "content": file.content}
                for path, file in self.files.items()
            ],
            "runcmd": [list(command) for command in self.commands],
        }
        body = json.dumps({key: value for key, value in document.items() if value}, indent=1, ensure_ascii=False)
        text = "#cloud-config\n" + _BEYOND_ASCII.sub(_escape, body)
        size = len(text.encode())
        if size > MAX_BYTES:
            raise UserDataError(f"user data: found {size:,} bytes, EC2 takes {MAX_BYTES:,}; shorten the list of sites")
        return text


def _escape(found: re.Match[str]) -> str:
    # JSON writes such a character as two halves, which YAML would not join again.
    return f"\\U{ord(found[0]):08x}"


def script(name: str) -> File:
    """Return one of the scripts beside this module as an executable file."""
    return File(content=(SCRIPTS / f"{name}.sh").read_text(encoding="utf-8"), mode="0755")


NOTHING_TO_DO = CloudConfig().render()
"""User data of an instance that has no work."""
