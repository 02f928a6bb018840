import pytest

from traffic.cli import SCENARIOS
from traffic.errors import TrafficError
from traffic.scenario import load_scenario


def write(tmp_path, activities, head="name: t\ndescription: d\nduration: 1h\n"):
    path = tmp_path / "s.yaml"
    path.write_text(head + "activities:\n" + "".join(f"  - {line}\n" for line in activities))
    return path


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_scenarios_that_come_along_are_good_and_named_like_their_files(path):
    scenario = load_scenario(path)

    assert scenario.name == path.stem
    assert len(scenario.description) > 20


def test_spans_and_sizes_have_units(tmp_path):
    path = write(
        tmp_path, ["{do: https, who: quiet, to: www.example.com, at: 90s, every: 5m, count: 3, down: 1.5MB, up: 2k}"]
    )

    (activity,) = load_scenario(path).activities

    assert (activity.at, activity.every, activity.down, activity.up) == (90, 300, 1_500_000, 2000)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{do: https, who: quiet}", "activities.0.https.to: Field required"),
        ("{do: https, who: quiet, to: www.example.com, colour: red}", "colour"),
        ("{do: gopher, who: quiet, to: www.example.com}", "'gopher'"),
        ("{do: https, who: quiet, to: www.mysite.io}", "www.mysite.io: neither reserved"),
        ("{do: https, who: quiet, to: www.example.com, sni: evil.io}", "evil.io: neither reserved"),
        ("{do: https, who: quiet, to: 8.8.8.8}", "8.8.8.8: neither reserved"),
        ("{do: dns, who: quiet, names: www.example.com, type: WHAT}", "'WHAT'"),
        ("{do: https, who: quiet, to: www.example.com, at: soon}", "at: "),
        ("{do: https, who: quiet, to: www.example.com, every: 5m, count: 30}", "outlasts"),
        ("{do: https, who: quiet, to: www.example.com, label: Not Good}", "label"),
        ("{do: https, who: quiet, to: www.example.com, count: 1000000}", "count"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path, line, words):
    with pytest.raises(TrafficError) as error:
        load_scenario(write(tmp_path, [line]))

    assert words in str(error.value)


def test_all_mistakes_are_told_at_once(tmp_path):
    path = write(tmp_path, ["{do: https, who: quiet}", "{do: ssh, who: quiet, to: www.example.com, port: x}"])

    with pytest.raises(TrafficError, match=r"(?s)activities\.0.*activities\.1"):
        load_scenario(path)


def test_what_one_owns_may_be_visited(tmp_path):
    head = "name: t\ndescription: d\nduration: 1h\nowned: [mysite.io]\n"

    assert load_scenario(write(tmp_path, ["{do: https, who: quiet, to: www.mysite.io}"], head)).owned == ("mysite.io",)


@pytest.mark.parametrize("text", ["- a\n- b\n", "name: [unclosed", "\x00"])
def test_a_file_that_is_no_scenario_gives_a_message(tmp_path, text):
    path = tmp_path / "s.yaml"
    path.write_text(text)

    with pytest.raises(TrafficError, match=r"s\.yaml"):
        load_scenario(path)


def test_a_file_that_is_not_there_gives_a_message(tmp_path):
    with pytest.raises(TrafficError, match="cannot be read"):
        load_scenario(tmp_path / "none.yaml")
