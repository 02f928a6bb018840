"""What a stack costs: by the hour and month for existing, and per gigabyte for what passes. Standard library only.

Prices come from ``components/prices.json``, which says when they were read and where; AWS is not asked, so that
an estimate is the same everywhere and needs no rights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRICES = Path(__file__).parents[1] / "prices.json"
HOURS_PER_MONTH = 730
"""The month that AWS's own calculator uses."""

NAT_INCLUDED = "no charge beside a firewall endpoint: AWS waives one NAT gateway hour and GB for each of the firewall's"


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that costs by existing: an item of the price table and how many (or how many GB) of it there are.

    :param included: how many of them cost nothing, for the reason ``why``.
    """

    item: str
    quantity: float
    included: float = 0
    why: str = ""


@dataclass(frozen=True)
class PriceTable:
    """The prices of one Region, in USD by item of the table, and what each item is."""

    region: str
    read: str
    items: Mapping[str, Mapping[str, str]]
    prices: Mapping[str, float]

    def hourly(self, part: Part) -> float | None:
        """Return what a part costs by the hour; ``None`` where the table has no price for it."""
        price = self.prices.get(part.item)
        if price is None:
            return None
        per_hour = price / HOURS_PER_MONTH if self.items[part.item]["unit"] == "month" else price
        return per_hour * max(part.quantity - part.included, 0)


@cache
def _prices() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PRICES.read_text(encoding="utf-8"))
    return found


def price_table(region: str) -> PriceTable | None:
    """Return the prices of a Region, or ``None`` where the repository has none."""
    found = _prices()
    if region not in found["regions"]:
        return None
    return PriceTable(region, found["read"], found["items"], found["regions"][region])


def estimate(region: str, parts: Sequence[Part], by_use: Sequence[str]) -> dict[str, Any]:
    """Return the estimate as a stack output.

    :param parts: what exists.
    :param by_use: items of the table that are charged by the GB or the million, shown as rates; what the table lacks is
        named as missing.
    :returns: ``summary`` in words, ``currency``, ``per_hour`` and ``per_month`` of all parts with a known price,
        ``items``, ``by_use``, ``missing`` (what of both has no price) and ``prices``, which says how old they are and
        what is missing. The sums are ``None`` for an unknown Region.
    """
    table = price_table(region)
    if table is None:
        return {
            "summary": f"unknown: no prices for {region}",
            "currency": "USD",
            "per_hour": None,
            "per_month": None,
            "items": [],
            "by_use": [],
            "missing": [],
            "prices": f"components/prices.json has {', '.join(_prices()['regions'])}; see https://calculator.aws",
        }
    items = [_item(table, part) for part in parts]
    total = sum(table.hourly(part) or 0 for part in parts)
    lacking = [part.item for part in parts if table.hourly(part) is None]
    lacking += [item for item in by_use if item not in table.prices]
    unknown = [table.items[item]["text"] if item in table.items else item for item in lacking]
    missing = f"; not in the table and not in the sums: {'; '.join(unknown)}" if unknown else ""
    return {
        "summary": f"about {total:.2f} USD an hour, {total * HOURS_PER_MONTH:.0f} USD a month, and by use",
        "currency": "USD",
        "per_hour": round(total, 4),
        "per_month": round(total * HOURS_PER_MONTH, 2),
        "items": items,
        "by_use": [
            f"{table.items[item]['text']}: {table.prices[item]:g} per {table.items[item]['unit']}"
            for item in by_use
            if item in table.prices
        ],
        "missing": unknown,
        "prices": f"AWS list prices for {region} in the table of {table.read} (components/prices.json), "
        f"check before you budget{missing}",
    }


def _item(table: PriceTable, part: Part) -> dict[str, Any]:
    hourly = table.hourly(part)
    line: dict[str, Any] = {
        "what": table.items[part.item]["text"] if part.item in table.items else part.item,
        "quantity": part.quantity,
        "per_hour": None if hourly is None else round(hourly, 5),
        "per_month": None if hourly is None else round(hourly * HOURS_PER_MONTH, 2),
    }
    if part.included:
        line["note"] = f"{part.included:g} of {part.quantity:g}: {part.why}"
    return line
