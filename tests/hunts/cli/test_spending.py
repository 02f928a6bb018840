"""What a window cost: hours and bytes at list prices, a hub's twice over the gateway, and what isn't counted."""

import json
from pathlib import Path

import pytest

from hunts.errors import HuntError
from hunts.folds.s3_cost import prices
from hunts.model import Answer
from hunts.spending import GB, bill, traffic
from hunts.window import Window
from tests.hunts.labelled import NOON, WEB, alert, firewall

HOURS = Window(0, 7200)
TABLE = prices()["regions"]["eu-west-1"]
SEEN = {"out": 2 * GB, "in": 8 * GB, "between": 1 * GB}


def test_bytes_are_summed_by_way():
    rows = (("between", 5), ("in", 7), ("out", None))
    assert traffic(Answer(("way", "bytes"), rows)) == {"between": 5, "in": 7, "out": 0}


def test_a_lab_pays_for_hours_the_firewall_and_the_way_out():
    found = bill(SEEN, HOURS, "eu-west-1", hub=False, per_hour=0.5)
    assert [item.what for item in found.items] == ["what exists", "through the firewall", "out to the internet"]
    assert found.usd == pytest.approx(1.0 + 11 * TABLE["firewall-data"] + 2 * TABLE["internet-out"])


def test_in_a_hub_what_goes_from_spoke_to_spoke_crosses_the_gateway_twice():
    (gateway,) = [
        item
        for item in bill(SEEN, HOURS, "eu-west-1", hub=True, per_hour=0.5).items
        if item.what == "through the transit gateway"
    ]
    assert gateway.usd == pytest.approx(12 * TABLE["transit-gateway-data"])


def test_what_has_no_price_is_unknown_and_said():
    found = bill(SEEN, HOURS, "eu-west-1", hub=False, per_hour=None)
    assert found.items[0].usd is None
    assert found.left_out[0].startswith("what exists")
    with pytest.raises(HuntError, match=r"no prices for Region 'ap-south-2'; .*eu-west-1"):
        bill(SEEN, HOURS, "ap-south-2", hub=False, per_hour=1.0)


def test_what_the_estimate_has_no_price_for_is_said():
    found = bill(SEEN, HOURS, "eu-west-1", hub=False, per_hour=0.5, missing=["an endpoint by association"])
    assert found.left_out[0] == "an endpoint by association"


def test_the_command_tells_the_sum_the_lines_and_the_age_of_the_prices(hunts):
    result = hunts("cost", "--region", "eu-west-1")
    assert result.exit_code == 0, result.output
    assert "USD, 2026-11-22 12:00:00Z to 2026-11-22 13:00:00Z." in result.stdout
    assert "through the firewall" in result.stdout
    assert prices()["read"] in result.stdout
    document = json.loads(hunts("cost", "--region", "eu-west-1", "--json").stdout)
    assert document["usd"] == pytest.approx(sum(item["usd"] or 0 for item in document["items"]), abs=0.0001)
    assert document["items"][1]["usd"] > 0


def test_without_a_stack_one_says_whose_prices(hunts):
    result = hunts("cost")
    assert result.exit_code == 2
    assert "whose prices? give --region, or a stack" in result.stderr


HOSTS = {
    7: "b.s3.eu-west-1.amazonaws.com",
    8: "b.s3.eu-central-1.amazonaws.com",
    9: "b.s3.xx-moon-9.amazonaws.com",
}
ASKED = ("--from", "2026-11-22T12:00:00Z", "--to", "2026-11-22T13:00:00Z")


def s3_traffic(folder: Path, counts: dict[int, dict[str, int]]) -> str:
    """Write a log in which a flow of each host carried what `counts` says of it."""
    records = []
    for flow, counted in counts.items():
        ends = {"src_ip": WEB, "src_port": 4000, "dest_ip": "203.0.113.5", "dest_port": 443, "proto": "TCP"}
        event = {**ends, "flow_id": flow, "event_type": "netflow", "netflow": counted}
        records += [alert(NOON + 60, flow, WEB, "203.0.113.5", sni=HOSTS[flow]), firewall(NOON + 90, event)]
    (folder / "log").write_text("\n".join(map(json.dumps, records)))
    return str(folder)


def test_a_bucket_in_a_region_without_prices_ends_neither_hunt_nor_report(hunts, tmp_path: Path):
    logs = s3_traffic(tmp_path, {7: {"bytes": 2 * GB}, 8: {"bytes": GB}, 9: {"pkts": 3}})
    result = hunts("run", "s3-through-nat", "--json", "--logs", logs, *ASKED)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    price = round(2 * TABLE["firewall-data"], 4)
    saved = {row["destination"]: (row["bytes"], row["saved_usd"]) for row in told["rows"]}
    assert saved == {HOSTS[7]: (2 * GB, price), HOSTS[8]: (GB, None), HOSTS[9]: (None, None)}
    (note,) = told["notes"]
    assert sorted(note.partition(":")[0].removeprefix("no prices for ").split(", ")) == ["eu-central-1", "xx-moon-9"]
    result = hunts("report", "--out", str(tmp_path / "page.html"), "--logs", logs, *ASKED)
    assert (result.exit_code, HOSTS[8] in (tmp_path / "page.html").read_text()) == (0, True), result.output


def test_flows_whose_bytes_nobody_wrote_are_no_bill_of_nothing(hunts, tmp_path: Path):
    logs = s3_traffic(tmp_path, {7: {"pkts": 3}})
    result = hunts("cost", "--region", "eu-west-1", "--logs", logs, *ASKED)
    assert (result.exit_code, "no FLOW record of the window says how many bytes" in result.stderr) == (2, True)
    logs = s3_traffic(tmp_path, {7: {"pkts": 3}, 8: {"bytes": GB}})
    result = hunts("cost", "--region", "eu-west-1", "--json", "--logs", logs, *ASKED)
    assert json.loads(result.stdout)["left_out"][0] == "1 FLOW record that says no bytes"
