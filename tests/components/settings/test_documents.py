from __future__ import annotations

import yaml

from components.settings.documents import PROJECT_FILE, ROOT, sections, stale
from components.settings.load import LAYOUT_SETTINGS, settings_class


def project():
    return yaml.safe_load(PROJECT_FILE.read_text(encoding="utf-8"))


def test_pulumi_yaml_and_the_configuration_page_say_what_the_settings_check():
    assert [path.name for path, _ in stale()] == [], "run: python -m components.settings.documents"


def test_every_key_has_type_description_and_a_default_that_passes_its_own_check():
    config = project()["config"]
    settings = {name: key for section in sections().values() for name, key in section.items()}
    assert set(config) == set(settings)
    for name in settings:
        assert set(config[name]) >= {"type", "description", "default"}, name
        assert config[name]["default"] is not None, f"{name}: Pulumi asks for keys without a default"
        assert ("items" in config[name]) == (config[name]["type"] == "array"), name
    for layout in LAYOUT_SETTINGS:
        assert settings_class(layout)(project="p", stack="s"), "defaults are checked like any other value"


def test_stacks_in_the_repository_set_known_keys_only():
    prefix = f"{project()['name']}:"
    known = set(project()["config"])
    for path in ROOT.glob("Pulumi.*.yaml"):
        for key in yaml.safe_load(path.read_text(encoding="utf-8"))["config"]:
            assert key == "aws:region" or key.removeprefix(prefix) in known, f"{path.name}: {key}"
