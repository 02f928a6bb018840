"""`./local mail`: what the local AWS's topics sent to people, as a list or one by one."""

from __future__ import annotations

import email
import email.policy
import sys
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path


def show(folder: Path, arguments: Sequence[str]) -> int:
    """List the mails in a folder, or print the one whose number is given; return the exit code."""
    files = {int(file.stem): file for file in sorted(folder.glob("*.eml")) if file.stem.isdigit()}
    if not arguments:
        for number, file in files.items():
            mail = _read(file)
            sys.stdout.write(f"{number:>3}  {mail['Date']}  to {mail['To']}  {mail['Subject']}\n")
        if not files:
            sys.stdout.write("no mail: no topic has sent any since the local AWS was empty\n")
        return 0
    if len(arguments) > 1 or not arguments[0].isdigit() or int(arguments[0]) not in files:
        known = f"1 to {max(files)}" if files else "none so far"
        sys.stderr.write(f"local AWS: there is no such mail: give one number of `./local mail`, {known}\n")
        return 2
    mail = _read(files[int(arguments[0])])
    for header in ("From", "To", "Subject", "Date", "X-SNS-Topic"):
        sys.stdout.write(f"{header}: {mail[header]}\n")
    sys.stdout.write(f"\n{mail.get_content()}")
    return 0


def _read(file: Path) -> EmailMessage:
    return email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
