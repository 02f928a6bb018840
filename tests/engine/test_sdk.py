import json

import pytest

from engine.host import sdk

SCHEMA = {
    "name": "two-words",
    "version": "1.2.3",
    "resources": {"two-words:index:Part": {"isComponent": True, "inputProperties": {"size": {"type": "integer"}}}},
    "language": {"python": {"respectSchemaVersion": True}},
}


@pytest.mark.engine
@pytest.mark.timeout(900)  # the first time, the generator is built
def test_a_package_s_sdk_is_written(tmp_path):
    sdk.generate(json.dumps(SCHEMA), tmp_path, "")
    module = tmp_path / "pulumi_two_words"
    assert "class Part(pulumi.ComponentResource)" in (module / "part.py").read_text()
    assert json.loads((module / "pulumi-plugin.json").read_text())["version"] == "1.2.3"


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_what_is_no_schema_is_refused(tmp_path):
    with pytest.raises(sdk.SdkError, match="no SDK can be made of this schema"):
        sdk.generate('{"name": "x", "resources": {"y": {}}}', tmp_path, "")


def test_without_go_the_person_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sdk, "cache", lambda: tmp_path)
    monkeypatch.setattr(sdk.shutil, "which", lambda _: None)
    with pytest.raises(sdk.SdkError, match="no `go` on PATH"):
        sdk.generate("{}", tmp_path, "")


def test_a_program_requires_the_sdk_once(tmp_path):
    (tmp_path / "requirements.txt").write_text("pulumi>=3\n")
    told = [sdk.link(tmp_path, "pip", [("two-words", "sdks/two-words")]) for _ in range(2)]
    assert (tmp_path / "requirements.txt").read_text() == "pulumi>=3\n./sdks/two-words\n"
    assert told[0] == told[1]
    assert "import pulumi_two_words as two_words" in told[0]


def test_other_toolchains_are_left_to_their_own_commands(tmp_path):
    told = sdk.link(tmp_path, "uv", [("two-words", "sdks/two-words")])
    assert "uv add ./sdks/two-words" in told
    assert not (tmp_path / "requirements.txt").exists()
