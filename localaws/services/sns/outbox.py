"""Where mails of the local AWS lie: one file each, numbered as they were sent, as mail readers open them.

The folder is the local AWS's own; a server that was given none keeps nothing.
"""

from __future__ import annotations

import os
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path
from typing import Final

FOLDER: Final = "LOCAL_AWS_MAIL"
"""The environment variable that names it."""
SENDER: Final = "AWS Notifications <no-reply@sns.amazonaws.com>"


def put(protocol: str, endpoint: str, subject: str, body: str, topic: str) -> None:
    """Keep a message for an endpoint that is nobody's on this machine."""
    named = os.environ.get(FOLDER)
    if not named:
        return
    folder = Path(named)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    mail = EmailMessage()
    mail["From"] = SENDER
    # An endpoint is what a request says: no line of it may become a header of its own.
    mail["To"] = " ".join(endpoint.split())
    mail["Subject"] = " ".join(subject.split())
    mail["Date"] = formatdate()
    mail["X-SNS-Protocol"] = protocol
    mail["X-SNS-Topic"] = topic
    mail.set_content(body)
    number = max((int(file.stem) for file in folder.glob("*.eml") if file.stem.isdigit()), default=0) + 1
    half = folder / f".{number}"
    half.write_bytes(mail.as_bytes())
    half.rename(folder / f"{number:05d}.eml")
