import pytest
from click.testing import CliRunner

from traffic.cli import main
from traffic.record import EXAMPLES, SCENARIOS


@pytest.fixture
def outputs(tmp_path):
    path = tmp_path / "outputs.json"
    path.write_text((EXAMPLES / "logs" / "stack.json").read_text())
    return str(path)


def call(*arguments, code=0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.output


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_says_what_it_does(command):
    assert len(call(command, "--help").splitlines()) > 4


def test_every_command_is_documented():
    text = (EXAMPLES.parent / "docs" / "traffic.md").read_text()

    assert [command for command in main.commands if f"python -m traffic {command}" not in text] == []


def test_list_shows_the_scenarios():
    output = call("list")

    assert [name for name in SCENARIOS if name not in output] == []


def test_check_takes_good_files_and_tells_what_is_wrong_with_others(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("name: x\n")

    assert "good" in call("check", EXAMPLES / "scenarios" / "visits.yaml")
    assert "activities: Field required" in call("check", bad, code=1)


def test_an_unknown_scenario_is_refused_with_those_there_are():
    assert "intruder" in call("run", "no-such", code=1)


def test_outputs_that_are_none_are_refused(tmp_path):
    path = tmp_path / "o.json"
    path.write_text("{}")

    assert "not the outputs of a stack" in call("run", "visits", "--outputs", path, code=1)


def test_an_instance_that_is_not_there_cannot_be_rogue(outputs):
    assert "apples-quiet" in call("run", "visits", "--outputs", outputs, "--rogue", "bananas", code=1)


def test_without_suricata_one_is_told_how_to_get_it(outputs, monkeypatch):
    monkeypatch.setenv("SURICATA", "/nowhere/suricata")

    output = call("run", "visits", "--outputs", outputs, "--dry-run", code=1)

    assert "traffic/setup" in output
    assert "examples/logs" in output
