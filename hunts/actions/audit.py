"""Gives the live network to the policy pack's proof: what came in beside Pulumi is judged like everything else."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from hunts.backends import Progress
from hunts.errors import HuntError
from hunts.live_network import read
from policy.egress.judging.config import Config, ConfigError
from policy.egress.show.checks import summarize
from policy.egress.show.text import Summary


@dataclass(frozen=True, slots=True)
class Audit:
    """What the proof says, and what its policies mean."""

    summary: Summary


def audit(region: str | None, vpcs: Collection[str] | None, config: Path | None, progress: Progress) -> Audit:
    """Read the network of a Region (of `vpcs` alone, if given) and prove it under the pack's config."""
    found = read(region, vpcs, progress)
    progress(f"proving {len(found)} resources")
    return Audit(summarize(found, _config(config)))


def _config(path: Path | None) -> Config:
    if path is None:
        return Config()
    try:
        return Config.parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, ConfigError) as error:
        raise HuntError(f"{path}: not a config of the policy pack ({error})") from None
