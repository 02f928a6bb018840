"""Whatever a stack's config holds, a person gets settings or a list of mistakes, never a traceback."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from components.settings.load import LAYOUT_SETTINGS, SettingsError, known_keys, parse, settings_class
from components.settings.schema import keys

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 300)
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=12)
    | st.sampled_from(
        [
            "10.0.0.0/16",
            "example.net",
            "https://[",
            "http://a:99999/",
            "eu-west-1a",
            "alert",
            "drop",
            "a" * 300,
            ".",
            "*",
            "\0",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def configs(layout):
    texts = ANYTHING.map(json.dumps) | st.text(max_size=20) | st.sampled_from(["[", "{}", "[]", '{"a": 1}', "0", "-1"])
    texts |= st.sampled_from(["[" * 9_999, "9" * 9_999, '["\\ud800"]', '{"a": {"slot": 1e999}}', "NaN"])
    names = [name for name in keys(settings_class(layout)) if name != "layout"]
    return st.dictionaries(st.sampled_from(names), texts | entries(), max_size=5)


def entries():
    """Maps such as those of spokes: what is right in them must not save what is wrong, nor the other way round."""
    fields = st.dictionaries(
        st.sampled_from(["slot", "cidr", "zones", "workloads", "rogue", "x"]), ANYTHING, max_size=3
    )
    names = st.sampled_from(["a", "b.c", "b", "", "[key]", "a.slot"]) | st.text(max_size=4)
    return st.dictionaries(names, fields | ANYTHING, max_size=4).map(json.dumps)


@pytest.mark.parametrize("layout", LAYOUT_SETTINGS)
@given(data=st.data())
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_is_settings_or_mistakes(layout, data):
    config = {**data.draw(configs(layout)), "layout": layout}
    try:
        parse(config.get, project="inspected-egress", stack="dev", region="eu-west-1", given=config)
    except SettingsError as error:
        str(error).encode()
        told = {mistake.key.partition(".")[0].partition("[")[0] for mistake in error.mistakes}
        assert told
        assert told <= set(keys(settings_class(layout))), "a mistake names a key that one can change"


@given(
    st.dictionaries(st.sampled_from([*known_keys()]) | st.text(max_size=5), st.text(max_size=9), max_size=4), st.text()
)
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_so_it_is_with_any_key_and_any_region(config, region):
    with contextlib.suppress(SettingsError):
        parse(config.get, project="inspected-egress", stack="dev", region=region, given=config)
