"""What S3 traffic past firewall and NAT gateway costs, from a dated price table."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from hunts.errors import HuntError
from hunts.folds.records import Batches, records
from hunts.model import Answer, Question

_GB = 1_000_000_000
_NAMED = 5
_REGION = re.compile(r"(?:^|[.-])([a-z]{2}(?:-[a-z]+)+-\d)[.]amazonaws[.]com")


@cache
def prices() -> Mapping[str, Any]:
    """Return the price table of the cost estimate: the day it was `read`, and `regions` with prices in USD per GB."""
    path = Path(__file__).parents[2] / "components" / "prices.json"
    table: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return table


def s3_cost(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Append `region` and `saved_usd` to each row, which ends with its bytes.

    What has no price, as a bucket that an instance chose, or no bytes, is None: it must not end a report.
    """
    rows: list[Sequence[Any]] = []
    unknown: dict[str, None] = {}
    for record in records(columns, batches):
        region = str(question.values["region"]) or region_of(record["destination"])
        cost = None
        try:
            each = per_gb(region, hub=bool(question.values["hub"]), nat=bool(question.values["nat"]))
            cost = None if record["bytes"] is None else round(each * int(record["bytes"]) / _GB, 4)
        except HuntError:
            unknown[region] = None
        rows.append((*record.values(), region, cost))
    return Answer([*columns, "region", "saved_usd"], rows, notes=[_priceless(list(unknown))] if unknown else [])


def _priceless(regions: Sequence[str]) -> str:
    several = f"{', '.join(regions[:_NAMED])}{' and others' if len(regions) > _NAMED else ''}"
    return f"no prices for {several}: --set region= counts those of {', '.join(sorted(prices()['regions']))}"


def region_of(host: str) -> str:
    """Return the Region in the name of an S3 endpoint; the legacy global name stands for us-east-1."""
    match = _REGION.search(host)
    return match[1] if match else "us-east-1"


def per_gb(region: str, *, hub: bool, nat: bool) -> float:
    """Return USD for a gigabyte of S3 traffic that a gateway endpoint would carry for nothing.

    That is the firewall's processing and, in a hub, the transit gateway's. AWS waives the NAT gateway's
    charge for what a Network Firewall in front of it was charged for (AWS Network Firewall pricing); `nat` adds it
    where that doesn't apply.
    """
    table = prices()["regions"]
    if region not in table:
        raise HuntError(f"no prices for Region {region!r}: use --set region= with one of {', '.join(sorted(table))}")
    entry = table[region]
    charged = ["firewall-data", *(["transit-gateway-data"] if hub else []), *(["nat-data"] if nat else [])]
    return float(sum(entry[item] for item in charged))
