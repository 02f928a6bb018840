"""What a window of time cost: the hours of what exists, and the bytes of the FLOW log, at list prices with a date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hunts.errors import HuntError
from hunts.folds.s3_cost import prices
from hunts.model import Answer, Hunt
from hunts.window import Window

TRAFFIC = Hunt(
    name="cost",
    title="Bytes by direction",
    question="How many bytes went out to the internet, came in from it, and went between networks at home?",
    why="AWS charges the firewall, the transit gateway and the way out by the byte.",
    finding="Sums for a bill.",
    false_positives=(),
    attack={"id": "T1567", "name": "Exfiltration Over Web Service"},
    reads=("flow",),
    parameters=(),
    sql="""
SELECT
  CASE
    WHEN regexp_like(src_ip, :home) AND regexp_like(dest_ip, :home) THEN 'between'
    WHEN regexp_like(src_ip, :home) THEN 'out'
    ELSE 'in'
  END AS way,
  CAST(sum(bytes) AS bigint) AS bytes,
  CAST(sum(CASE WHEN bytes IS NULL THEN 1 ELSE 0 END) AS bigint) AS untold
FROM flow
GROUP BY
  CASE
    WHEN regexp_like(src_ip, :home) AND regexp_like(dest_ip, :home) THEN 'between'
    WHEN regexp_like(src_ip, :home) THEN 'out'
    ELSE 'in'
  END
ORDER BY way
""",
    insights="",
    insights_log="",
    insights_note="",
)
"""The question, in the terms of the catalogue."""

GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the bill: what, how much of it in words, and USD; ``usd`` is ``None`` where no price is known."""

    what: str
    quantity: str
    usd: float | None


@dataclass(frozen=True, slots=True)
class Bill:
    """A window's bill: its lines, what the stack's own estimate left out, and how old the prices are."""

    items: tuple[Item, ...]
    read: str
    left_out: tuple[str, ...]

    @property
    def usd(self) -> float:
        """The sum of what has a price."""
        return sum(item.usd or 0 for item in self.items)


def traffic(answer: Answer) -> dict[str, int]:
    """Return the bytes by way: `out` to the internet, `in` from it, `between` networks at home.

    Raises HuntError where no record says how many there were: that is no bill of nothing.
    """
    if answer.rows and all(row["bytes"] is None for row in answer.records()):
        raise HuntError("no FLOW record of the window says how many bytes it is about: what they cost can't be told")
    found = {"out": 0, "in": 0, "between": 0}
    for row in answer.records():
        found[str(row["way"])] += int(row["bytes"] or 0)
    return found


def untold(answer: Answer) -> Sequence[str]:
    """Say how many flows have no bytes, which the bill leaves out."""
    count = sum(int(row["untold"] or 0) for row in answer.records())
    several = "record that says" if count == 1 else "records that say"
    return [f"{count:,} FLOW {several} no bytes"] if count else []


def bill(
    seen: Mapping[str, int],
    stretch: Window,
    region: str,
    *,
    hub: bool,
    per_hour: float | None,
    missing: Sequence[str] = (),
    untold: Sequence[str] = (),
) -> Bill:
    """Return what a window cost.

    The NAT gateways cost nothing: AWS waives their hours and bytes beside firewall endpoints. In a hub each byte to
    or from the internet crosses the transit gateway once, and one from spoke to spoke twice.

    :param seen: bytes by way, as `traffic` has them.
    :param per_hour: of what exists, as the stack's estimate has it; ``None`` where it isn't known.
    :param missing: what the estimate has no price for.
    :param untold: what the log doesn't say.
    :raises HuntError: for a Region without prices.
    """
    regions = prices()["regions"]
    if region not in regions:
        raise HuntError(f"no prices for Region {region!r}; components/prices.json has {', '.join(sorted(regions))}")
    table, hours = regions[region], (stretch.end - stretch.start) / 3600
    outside = seen["out"] + seen["in"]

    def by_bytes(what: str, item: str, volume: int) -> Item:
        return Item(what, f"{volume / GB:.3f} GB at {table[item]:g}", volume / GB * table[item])

    items = [
        Item("what exists", f"{hours:.4g} hours", None if per_hour is None else per_hour * hours),
        by_bytes("through the firewall", "firewall-data", outside + seen["between"]),
    ]
    if hub:
        items.append(by_bytes("through the transit gateway", "transit-gateway-data", outside + 2 * seen["between"]))
    items.append(by_bytes("out to the internet", "internet-out", seen["out"]))
    return Bill(tuple(items), str(prices()["read"]), (*untold, *_left_out(per_hour, missing)))


def _left_out(per_hour: float | None, missing: Sequence[str]) -> tuple[str, ...]:
    unknown = ("what exists (no stack, or no prices of it)",) if per_hour is None else tuple(missing)
    return (*unknown, "log records", "queries", "S3", "flows still open", "that the first 100 GB out are free")
