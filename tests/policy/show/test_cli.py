"""The command line: every command's exact output on a small network, exit codes, and plain words for unusable input."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from policy.egress.policies import POLICIES
from policy.egress.show import cli
from tests.policy.show.states import state

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.xdist_group("scenarios")


@pytest.fixture
def prove(tmp_path: Path):
    """Run a command; FILE in it is the state of `scenario`."""

    def run(scenario: str, *arguments: str) -> tuple[int, str, str]:
        file = tmp_path / "state.json"
        file.write_text(state(scenario))
        out, err = io.StringIO(), io.StringIO()
        code = cli.main([str(file) if each == "FILE" else each for each in arguments], out, err)
        return code, out.getvalue(), err.getvalue()

    return run


def test_check_says_what_is_proven(prove) -> None:
    assert prove("single_nat", "check", "FILE") == (
        0,
        """\
Proven (47 resources, 1 VPC, 2 workload subnets):
  egress-through-firewall, symmetric-return, east-west-through-firewall,
  routes-arrive, s3-gateway-endpoint, firewall-inspects,
  home-net-covers-workloads, firewall-logs, same-zone-endpoint, dns-firewall,
  firewall-protected, unused-ranges-dropped
""",
        "",
    )


def test_check_says_what_is_wrong_with_path_and_fix(prove) -> None:
    assert prove("more_specific", "check", "FILE") == (
        1,
        """\
egress-through-firewall (mandatory) does not hold: work-dns
  work reaches the internet around the firewall.
  Addresses: 8.8.8.0/24; for example 8.8.8.8.
  Path: subnet work (eu-west-1a) -> nat gateway nat (eu-west-1a) -> internet
  gateway igw
  Fix: Send 8.8.8.0/24 in work to the firewall endpoint of that zone, and let
  the endpoint's subnet lead on.
  More: egress-proof rule egress-through-firewall

Proven (32 resources, 1 VPC, 1 workload subnet):
  symmetric-return, east-west-through-firewall, routes-arrive,
  s3-gateway-endpoint, firewall-inspects, home-net-covers-workloads,
  firewall-logs, same-zone-endpoint, dns-firewall, firewall-protected,
  unused-ranges-dropped
Not proven: 1 mandatory, 0 advisory.
""",
        "",
    )


def test_check_passes_on_advice_unless_it_is_strict(prove) -> None:
    assert prove("unprotected", "check", "FILE")[0] == 0
    assert prove("unprotected", "check", "--strict", "FILE")[0] == 1


def test_check_without_a_network_has_nothing_to_say(prove) -> None:
    assert prove("no_network", "check", "FILE") == (
        0,
        "Nothing to prove: 3 resources, 0 VPCs, 0 workload subnets.\n",
        "",
    )


def test_nothing_is_proven_of_no_network(prove, tmp_path: Path) -> None:
    assert json.loads(prove("no_network", "check", "--json", "FILE")[1])["proven"] == []
    instance = {"mode": "managed", "type": "aws_instance", "name": "web", "instances": [{"attributes": {"id": "i-1"}}]}
    state = {"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "resources": [instance]}
    (tmp_path / "state").write_text(json.dumps(state))
    out = io.StringIO()
    assert cli.main(["check", str(tmp_path / "state")], out, io.StringIO()) == 1
    closing = "Nothing proven (1 resource, 0 VPCs, 0 workload subnets).\nNot proven: 1 mandatory, 0 advisory.\n"
    assert out.getvalue().endswith(closing)
    assert cli.main(["check", "--json", str(tmp_path / "state")], json_out := io.StringIO(), io.StringIO()) == 1
    assert json.loads(json_out.getvalue())["proven"] == []


def test_check_of_infrastructure_alone_proves_nothing_and_says_so(prove) -> None:
    code, out, _ = prove("infrastructure_alone", "check", "FILE")
    assert code == 0
    assert "  Nothing could be judged: this program has networks, but no subnet" in out
    assert out.endswith("\n\nNothing could be judged: 8 resources, 1 VPC, 0 workload subnets.\n")
    assert prove("infrastructure_alone", "check", "--strict", "FILE")[0] == 1
    document = json.loads(prove("infrastructure_alone", "check", "--json", "FILE")[1])
    assert (document["judged"], document["proven"]) == (False, [])


def test_check_of_a_hub_alone_judges_the_tables_of_spokes_made_elsewhere(prove) -> None:
    code, out, _ = prove("hub_alone", "check", "FILE")
    assert code == 0
    assert out.startswith("Proven (")
    assert out.splitlines()[0].endswith("1 VPC, 0 workload subnets, 1 table of spokes made elsewhere):")


def test_check_as_json(prove) -> None:
    code, out, _ = prove("more_specific", "check", "--json", "FILE")
    document = json.loads(out)
    assert code == 1
    assert {key: document[key] for key in ("version", "resources", "vpcs", "workloadSubnets", "holds")} == {
        "version": 1,
        "resources": 32,
        "vpcs": 1,
        "workloadSubnets": 1,
        "holds": False,
    }
    [violation] = document["violations"]
    assert {key: violation[key] for key in ("policy", "level", "verdict", "names", "addresses", "example")} == {
        "policy": "egress-through-firewall",
        "level": "mandatory",
        "verdict": "refuted",
        "names": ["work"],
        "addresses": "8.8.8.0/24",
        "example": "8.8.8.8",
    }
    assert [hop["kind"] for hop in violation["path"]] == ["subnet", "nat-gateway", "internet-gateway"]


def test_check_as_sarif(prove) -> None:
    code, out, _ = prove("more_specific", "check", "--sarif", "--artifact", "infra/Pulumi.yaml", "FILE")
    log = json.loads(out)
    [run] = log["runs"]
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (code, log["version"]) == (1, "2.1.0")
    assert (rule["id"], result["ruleId"], result["level"]) == ("egress-through-firewall",) * 2 + ("error",)
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
    assert place == "infra/Pulumi.yaml"
    assert [step["location"]["message"]["text"] for step in steps] == [
        "subnet work (eu-west-1a)",
        "nat gateway nat (eu-west-1a)",
        "internet gateway igw",
    ]


def test_sarif_results_keep_their_fingerprint_from_run_to_run(prove) -> None:
    logs = [json.loads(prove("more_specific", "check", "--sarif", "FILE")[1]) for _ in range(2)]
    first, second = (log["runs"][0]["results"][0]["partialFingerprints"] for log in logs)
    assert first == second


def test_config_changes_levels_and_is_checked(prove, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"egress-through-firewall": "advisory"}))
    assert prove("more_specific", "check", "--config", str(config), "FILE")[0] == 0
    config.write_text(json.dumps({"egress": "advisory", "firewall-logs": {"requiredLogTypes": ["ALERTS"]}}))
    code, out, err = prove("more_specific", "check", "--config", str(config), "FILE")
    assert (code, out) == (2, "")
    assert "there is no policy 'egress'" in err
    assert "requiredLogTypes, entry 1, is one of 'ALERT', 'FLOW', 'TLS', found 'ALERTS'" in err


def test_explain_prints_a_packet_and_its_reply(prove) -> None:
    assert prove("no_way_back", "explain", "work", "8.8.8.8", "FILE") == (
        0,
        """\
work -> 8.8.8.8
  1. subnet work (eu-west-1a)
  2. firewall fw (eu-west-1a)
  3. nat gateway nat (eu-west-1a)
  4. internet gateway igw
  => leaves for the internet, inspected
reply
  1. from igw
  2. nat gateway nat
  3. vpc vpc
  => does not come back the same way
""",
        "",
    )


def test_explain_follows_every_zone_that_a_flow_may_take(prove) -> None:
    _, out, _ = prove("hub", "explain", "work1-a", "8.8.8.8", "FILE")
    assert out.count("=> comes back through the same endpoint") == 2
    assert "work1-a -> 8.8.8.8 (way 1 of 2)" in out


@pytest.mark.parametrize(
    ("subnet", "address", "end"),
    [
        ("work", "52.218.1.1", "enters the AWS service by a gateway endpoint"),
        ("work", "10.0.1.4", "straight back, inside the VPC"),
        ("work", "10.0.99.4", "none: no subnet has this address"),
        ("work", "2a00::1", "no address of the family of 2a00::1"),
    ],
)
def test_explain_knows_other_ends(prove, subnet: str, address: str, end: str) -> None:
    code, out, _ = prove("more_specific", "explain", subnet, address, "FILE")
    assert code == 0
    assert end in out


def test_rule_tells_what_a_policy_asks(prove) -> None:
    code, out, err = prove("no_network", "rule", "firewall-logs")
    assert (code, err) == (0, "")
    assert out.startswith(
        """firewall-logs (mandatory, severity high)

ALERT goes somewhere (config: which types are required).

Each required log type has a destination; by default ALERT is required.

Why. An alert that nobody can read is no alert."""
    )
    assert '- `requiredLogTypes` (list of ALERT, FLOW, TLS; default ["ALERT"])' in out


def test_rule_without_a_name_lists_all(prove) -> None:
    code, out, _ = prove("no_network", "rule")
    assert code == 0
    assert out.splitlines()[0] == "egress-through-firewall     mandatory  Egress through the firewall"
    assert [line.split()[0] for line in out.splitlines()] == list(POLICIES)


def test_rule_of_a_name_that_is_none_says_which_there_are(prove) -> None:
    code, out, err = prove("no_network", "rule", "egress")
    assert (code, out) == (2, "")
    assert err.startswith("error: there is no policy egress; there are: egress-through-firewall, ")


def test_draw_as_mermaid_has_the_offending_path_in_red(prove) -> None:
    code, out, _ = prove("more_specific", "draw", "FILE")
    assert code == 0
    assert (
        out.split("  classDef")[0]
        == """\
flowchart LR
  subgraph g0["vpc 10.0.0.0/16"]
    n0[["fire<br/>10.0.1.0/28<br/>firewall fw"]]:::infrastructure
    n1[["public<br/>10.0.2.0/28<br/>NAT gateway nat"]]:::infrastructure
    n2["work<br/>10.0.0.0/24"]:::workload
    n4{{"gateway endpoint s3"}}:::gateway
  end
  n3{{"internet gateway igw"}}:::gateway
  n5(("internet")):::cloud
  n0 -->|"default"| n1
  n1 -->|"10.0.0.0/24"| n0
  n1 -->|"default<br/>egress-through-firewall"| n3
  n2 -->|"8.8.8.0/24<br/>egress-through-firewall"| n1
  n2 -->|"default"| n0
  n2 -->|"s3"| n4
  n3 -->|"egress-through-firewall"| n5
"""
    )
    assert out.endswith("  linkStyle 2,3,6 stroke:#d00000,stroke-width:3px,color:#d00000\n")


@pytest.mark.parametrize(
    ("scenario", "red"),
    [
        # what comes back goes wrong, not what goes out
        ("no_way_back", {("public", "work", "symmetric-return")}),
        # from the table that sends it there on
        ("hub_spokes_propagated", {("tgw<br/>spokes", "end2-a", "10.2.0.0/16<br/>east-west-through-firewall")}),
        # where it leaves for what can't be seen, behind the firewall
        ("nat_by_id", {("fire", "outside nat-0123456789abcdef0", "default<br/>symmetric-return")}),
        ("another_zone", {("work", "fire", "default<br/>same-zone-endpoint")}),
    ],
)
def test_draw_has_in_red_what_a_violation_is_about(prove, scenario: str, red: set[tuple[str, str, str]]) -> None:
    _, out, _ = prove(scenario, "draw", "FILE")
    boxes = {found[1]: found[2] for found in re.finditer(r'^ +(n\d+)[\W]+"(.*?)"\W+:::', out, re.MULTILINE)}
    arrows = re.findall(r'^  (n\d+) -->(?:\|"(.*?)"\|)? (n\d+)$', out, re.MULTILINE)
    numbers = re.search(r"linkStyle ([\d,]+)", out)
    shown = [arrows[int(number)] for number in numbers[1].split(",")] if numbers else []
    assert {(boxes[a].split("<br/>10.")[0], boxes[b].split("<br/>10.")[0], label) for a, label, b in shown} == red


def test_draw_shows_the_tables_of_spokes_made_elsewhere(prove) -> None:
    _, out, _ = prove("hub_alone", "draw", "FILE")
    assert "spokes made elsewhere" in out
    assert "linkStyle" not in out


def test_draw_has_nothing_in_red_where_all_is_proven(prove) -> None:
    assert "linkStyle" not in prove("hub", "draw", "FILE")[1]


def test_draw_of_one_policy_leaves_the_others_paths_alone(prove) -> None:
    assert "linkStyle" not in prove("more_specific", "draw", "--policy", "symmetric-return", "FILE")[1]


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz isn't installed")
def test_draw_as_svg(prove) -> None:
    code, out, _ = prove("hub_spokes_propagated", "draw", "--format", "svg", "FILE")
    assert code == 0
    assert out.rstrip().endswith("</svg>")
    assert "#d00000" in out


def test_svg_without_graphviz_says_so(prove, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert prove("hub", "draw", "--format", "svg", "FILE") == (
        2,
        "",
        "error: SVG needs Graphviz (`apt install graphviz`); `--format mermaid` needs nothing\n",
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "error: this is not JSON"),
        (b"[1", "error: this is not JSON"),
        (b"[" * 100_000, "error: this is not JSON: it is nested too deeply"),
        (b"null", "error: this is none of the files"),
        (b'{"a": 1}', "error: this is none of the files that are read: a state that `pulumi stack export` wrote"),
        (b"\xff\xfe\x00", "error: FILE is not text in UTF-8"),
    ],
)
@pytest.mark.parametrize("command", ["check", "draw"])
def test_unusable_input_gets_plain_words(tmp_path: Path, command: str, content: bytes, message: str) -> None:
    file = tmp_path / "state.json"
    file.write_bytes(content)
    out, err = io.StringIO(), io.StringIO()
    assert cli.main([command, str(file)], out, err) == 2
    assert err.getvalue().replace(str(file), "FILE").startswith(message)
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "/no/such/file"], "error: /no/such/file can't be read: No such file or directory\n"),
        (
            ["check", "/"],
            "error: / is a folder, and not one that `cdk synth` wrote (manifest.json); name the files in it\n",
        ),
        (
            ["explain", "nowhere", "8.8.8.8", "FILE"],
            "error: there is no subnet nowhere; this program has: fire, public, work\n",
        ),
        (["explain", "work", "8.8.8.8.8", "FILE"], "error: '8.8.8.8.8' is not an IP address\n"),
        (["explain", "work", "8.8.8.0/24", "FILE"], "error: 8.8.8.0/24 is a range; give one address of it\n"),
        (["explain", "work", "169.254.169.254", "FILE"], "error: 169.254.169.254 is never routed"),
        (["explain", "work", "127.0.0.1", "FILE"], "error: 127.0.0.1 is never routed"),
        (["explain", "work", "ff02::1", "FILE"], "error: ff02::1 is never routed"),
        (
            ["draw", "--policy", "all-good", "FILE"],
            "error: there is no policy all-good; there are: egress-through-firewall,",
        ),
    ],
)
def test_unusable_arguments_get_plain_words(prove, arguments: list[str], message: str) -> None:
    code, out, err = prove("more_specific", *arguments)
    assert (code, out) == (2, "")
    assert err.startswith(message)


def test_a_state_without_a_network_cannot_be_drawn(prove) -> None:
    assert prove("no_network", "draw", "FILE") == (2, "", "error: this state has no network to draw\n")


def test_the_script_works_from_a_copy_of_the_folder_with_nothing_installed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "policy", tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    for command in (["egress-proof", "check"], ["-m", "egress", "check"]):
        # -I -S: neither the repository nor any package can be imported; -m needs the folder itself.
        alone = ["-S"] if command[0] == "-m" else ["-I", "-S"]
        done = subprocess.run(
            [sys.executable, *alone, *command],
            input=state("single_nat"),
            capture_output=True,
            text=True,
            cwd=tmp_path / "pack",
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Proven (")


def test_ctrl_c_while_it_waits_for_its_input_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    pipe = SimpleNamespace(isatty=lambda: False, buffer=SimpleNamespace(read=interrupted))
    monkeypatch.setattr(sys, "stdin", pipe)
    err = io.StringIO()

    assert (cli.main(["check"], io.StringIO(), err), err.getvalue()) == (130, "stopped\n")


def test_without_a_command_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main([])
    assert stopped.value.code == 2
    assert "usage: egress-proof" in capsys.readouterr().err


def test_every_command_and_option_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "docs" / "policies.md").read_text()
    for command in ("check", "draw", "explain", "rule"):
        with pytest.raises(SystemExit):
            cli.main([command, "--help"])
        shown = capsys.readouterr().out
        options = {word.strip("[],") for word in shown.split() if word.startswith(("--", "[--"))} - {"--help"}
        assert f"egress-proof {command}" in text
        assert {option for option in options if option not in text} == set()
