"""Whatever a stack's config holds, a person gets settings or a list of mistakes, never a traceback."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from components.settings.load import LAYOUT_SETTINGS, SettingsError, parse, settings_class
from components.settings.schema import keys

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 300)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["10.0.0.0/16", "example.net", "https://[", "http://a:99999/", "eu-west-1a", "alert", "drop"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def configs(layout):
    texts = ANYTHING.map(json.dumps) | st.text(max_size=20) | st.sampled_from(["[", "{}", "[]", '{"a": 1}', "0", "-1"])
    names = [name for name in keys(settings_class(layout)) if name != "layout"]
    return st.dictionaries(st.sampled_from(names), texts, max_size=5)


@pytest.mark.parametrize("layout", LAYOUT_SETTINGS)
@given(data=st.data())
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_it_is_settings_or_mistakes(layout, data):
    config = data.draw(configs(layout))
    try:
        parse({**config, "layout": layout}.get, project="inspected-egress", stack="dev", region="eu-west-1")
    except SettingsError as error:
        told = {mistake.key.partition(".")[0].partition("[")[0] for mistake in error.mistakes}
        assert told
        assert told <= set(keys(settings_class(layout))), "a mistake names a key that one can change"
