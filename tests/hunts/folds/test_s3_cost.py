"""What a gigabyte past the firewall costs, by Region, from the price table of the cost estimate."""

import pytest

from hunts.errors import HuntError
from hunts.folds.s3_cost import per_gb, prices, region_of


def test_the_table_is_dated():
    assert prices()["read"] >= "2025"


def test_what_is_charged_depends_on_the_way():
    table = prices()["regions"]["eu-west-1"]
    assert per_gb("eu-west-1", hub=False, nat=False) == table["firewall-data"]
    assert per_gb("eu-west-1", hub=True, nat=True) == pytest.approx(
        table["firewall-data"] + table["transit-gateway-data"] + table["nat-data"]
    )


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("b.s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3.dualstack.us-west-2.amazonaws.com", "us-west-2"),
        ("b.s3-eu-central-1.amazonaws.com", "eu-central-1"),
        ("b.s3.amazonaws.com", "us-east-1"),
    ],
)
def test_the_region_is_in_the_name(host: str, region: str):
    assert region_of(host) == region


def test_a_region_without_prices_is_a_message():
    with pytest.raises(HuntError, match="no prices for Region 'xx-moon-1'"):
        per_gb("xx-moon-1", hub=False, nat=False)
