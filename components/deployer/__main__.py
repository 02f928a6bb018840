"""``python -m components.deployer PREVIEW`` prints the policy document that a stack's deployer needs."""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.deployer.document import (
    MANAGED_POLICY_CHARACTERS,
    DeployerError,
    Stack,
    document,
    size,
    split,
)
from components.deployer.reading import left_out, registrations

_REGION_KEY = "aws:region"
_NOT_READ = "is no preview: make one with pulumi preview --json --show-sames --stack NAME"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m components.deployer",
        description="Print the IAM policy that whoever deploys a stack needs, from its preview.",
        epilog="./local pulumi preview --json --show-sames --stack hub needs no account and no rights.",
    )
    parser.add_argument(
        "preview", help="what pulumi preview --json --show-sames printed, or pulumi stack export; - reads it here"
    )
    parser.add_argument("--region", help="instead of the one that the preview tells (aws:region)")
    parser.add_argument("--account", default="*", help="twelve digits; without it, the account that the policy is in")
    parser.add_argument("--out", type=Path, help="write documents of a managed policy's size into this folder instead")
    arguments = parser.parse_args(argv)
    try:
        found = document(_stack(_read(arguments.preview), arguments.region, arguments.account))
        if arguments.out is None:
            sys.stdout.write(json.dumps(found, indent=2) + "\n")
        else:
            _write(arguments.out, split(found))
    except (DeployerError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if arguments.out is None and size(found) > MANAGED_POLICY_CHARACTERS:
        limit = f"{MANAGED_POLICY_CHARACTERS:,}"
        sys.stderr.write(f"{size(found):,} characters, of which a managed policy takes {limit}: --out splits it\n")
    return 0


def _read(name: str) -> dict[str, Any]:
    text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8", errors="replace")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise DeployerError(f"{name} {_NOT_READ}")
    return found


def _stack(preview: dict[str, Any], region: str | None, account: str) -> Stack:
    if account != "*" and re.fullmatch(r"\d{12}", account) is None:
        raise DeployerError(f"--account: found {account}; an account has twelve digits")
    found = list(registrations(preview))
    if missing := left_out(preview):
        raise DeployerError(
            f"this preview leaves out {missing} resources that stay as they are; "
            "pulumi preview --json --show-sames has them"
        )
    if not found:
        raise DeployerError(f"no resource of AWS in it; it {_NOT_READ}")
    config = preview.get("config")
    where = region or (config.get(_REGION_KEY) if isinstance(config, dict) else None)
    if not isinstance(where, str) or re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", where) is None:
        raise DeployerError(f"the Region: found {where!r}; give it by --region, such as --region eu-west-1")
    return Stack(found, where, account)


def _write(folder: Path, pieces: Sequence[dict[str, Any]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, piece in enumerate(pieces, start=1):
        file = folder / f"deployer-{number}.json"
        file.write_text(json.dumps(piece, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    sys.exit(main())
