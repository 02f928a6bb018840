"""Every command that a page prints says how it is run, and is run: here, or by the test that is named beside it."""

from __future__ import annotations

import re
import shutil

import pytest
import yaml

from localaws.launch import LocalAws
from tests.docs.pages import ROOT, blocks, session, shell

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "policy/README.md"]
# Run word by word by tests/docs/test_workshop.py.
GUIDE = [command.text for page in sorted((ROOT / "docs" / "workshop").glob("*.md")) for command in session(page)]
FIRST_WORD = re.compile(
    r"(\./local|make|pulumi|python3?|pip|pipx|git|curl|sudo|traffic/setup|policy/egress-proof|egress-[a-z]+"
    r"|\.venv/bin/python|\(cd|PULUMI_[A-Z_]+=\S+) "
)

# In this order, on a hub of the test's own.
ON_THE_HUB = [
    "make up STACK=hub",
    "./local pulumi preview --stack hub --json --show-sames | .venv/bin/python -m components.deployer -",
    "traffic/setup",
    "./local net up",
    "./local net run orders-quiet-1 -- visit-sites 2 1",
    "./local net run orders-quiet-1 -- curl -sS https://example.com/",
    "./local net play intruder --within 60 --stack hub",
    "./local net down",
    "make live",
    "./local python -m traffic run quiet-day intruder --stack hub",
    "./local python -m hunts list",
    "./local python -m hunts show forged-sni",
    "./local python -m hunts run rogue --stack hub",
    "./local python -m hunts run rogue --last 1h",
    "./local python -m hunts run stranger-on-443 --last 70m --stack hub",
    "./local python -m hunts report",
    "./local python -m hunts flows sandbox-rogue",
    "./local python -m hunts isolate sandbox-rogue --stack hub",
    "./local python -m hunts block evil.example --yes",
    "./local python -m hunts block 203.0.113.66 --yes",
]
# Need no stack.
TOLD = ".venv/bin/python -m hunts timeline 10.1.0.11 --about 203.0.113.66 --logs examples/logs/intruder"
RECORDED = ".venv/bin/python -m hunts run stranger-on-443 --logs examples/logs/intruder"
CARRIED = ".venv/bin/python -m hunts run dns-exfiltration --show u.example.com --logs examples/logs/intruder"
COST = ".venv/bin/python -m hunts cost --logs examples/logs/intruder"
# With what they find.
ALONE = {
    f"{RECORDED} --from 2026-01-15T10:00 --to 2026-01-15T12:05": "203.0.113.66",
    f"{RECORDED} --to 2026-01-15T12:05:00Z --last 2h": "203.0.113.66",
    f"{TOLD} --from 2026-01-15T10:00 --to 2026-01-15T12:05": '443 ftp alert "wrong protocol: not TLS on 443"',
    f"{COST} --from 2026-01-15T10:00 --to 2026-01-15T12:05 --region eu-west-1": "through the firewall",
    f"{CARRIED} --from 2026-01-15T10:30 --to 2026-01-15T12:30": "Ada Example,Springfield,4000-0000-0000-0001",
}
# The tutorial's, with their exit codes: in this order.
A_WAY_AROUND = {
    ".venv/bin/python -m tests.policy.show.states more_specific > state.json": 0,
    "policy/egress-proof check state.json": 1,
    "policy/egress-proof explain work 8.8.8.8 state.json": 0,
    "policy/egress-proof rule egress-through-firewall": 0,
}
# An allow list from one recording, tried on another: in this order.
_VISITS, _QUIET = ("--logs examples/logs/visits", "--logs examples/logs/quiet-day")
LEARNED = [
    f".venv/bin/python -m hunts learn {_VISITS} --from 2026-01-15T11:00 --to 2026-01-15T13:00 > allow.yaml",
    f".venv/bin/python -m hunts rehearse allow.yaml {_QUIET} --from 2026-01-15T00:00 --to 2026-01-16T00:00",
]
# On a copy of the project's own files.
OF_CONFIG = [
    "pulumi config set zones 2",
    "pulumi config set alert_log s3",
    "pulumi config set --path 'deny_domains[0]' example.net",
    "pulumi config set --path 'rule_groups[\"wrong-protocol-on-port\"]' drop",
    "pulumi config set --path more_vpcs.test 10.1.0.0/16",
    "pulumi config set layout spoke",
    "pulumi config set hub_stack organization/inspected-egress/hub",
    "pulumi config set spoke_cidr 10.64.144.0/20",
]
ELSEWHERE = {
    "make up": "tests/localaws/test_up.py",
    "pulumi package add ../inspected-egress": "tests/components/package/test_package_engine.py",
    "make wheels": "tests/packages/conftest.py",
    "./local pulumi up --stack dev": "tests/components/layouts/test_lab_engine.py",
    "pulumi up --refresh": "tests/components/layouts/test_lab_engine.py",
    "PULUMI_SKIP_CHECKPOINTS=true ./local pulumi up --stack hub": "tests/localaws/test_launch.py",
    "pulumi preview --policy-pack policy": "tests/docs/test_ci_recipes.py",
    "pulumi preview --policy-pack policy --policy-pack-config config.json": "tests/scenarios/test_with_the_engine.py",
    "pulumi stack export | policy/egress-proof check": "tests/policy/show/test_cli.py",
    "pulumi stack export | policy/egress-proof explain work 93.184.216.34": "tests/policy/show/test_cli.py",
    "pulumi stack export | egress-proof check": "tests/packages/test_wheels.py",
    "pip install ./policy": "tests/packages/test_wheels.py",
    "pip install './policy[pulumi]'": "tests/packages/test_wheels.py",
    "pip install '.[hunts]'": "tests/packages/test_wheels.py",
    "pip install inspected-egress-policy": "tests/packages/test_wheels.py",
    "pip install 'inspected-egress-policy[pulumi]'": "tests/packages/test_wheels.py",
    'pulumi preview --policy-pack "$(python -m egress.pack)"': "tests/packages/test_wheels.py",
    "(cd policy && pulumi install)": "tests/docs/test_ci_recipes.py",
    "./local pulumi config set --stack dev alarm_email you@example.com": "tests/traffic/test_lab.py",
    "./local pulumi config set --stack dev --path 'deny_domains[0]' example.net": "tests/traffic/test_lab.py",
    "./local pulumi up --stack dev --yes": "tests/traffic/test_lab.py",
    "./local python -m traffic run visits --stack dev": "tests/traffic/test_lab.py",
    "./local python -m hunts run denied --stack dev": "tests/traffic/test_lab.py",
    "./local python -m hunts run top-sni --backend insights": "tests/hunts/test_both_forms.py",
    "./local net run app-1 -- http3 https://www.example.org/": "tests/emulation/test_standing.py",
    ".venv/bin/python -m tests.oracle 4000": "tests/oracle/test_agreement.py",
    ".venv/bin/python -m tests.oracle.kernel 2000 --probes 130": "tests/oracle/kernel/test_kernel.py",
    ".venv/bin/python -m components.settings.documents": "tests/components/settings/test_documents.py",
}
ON_AWS = (
    "builds or reads an account on AWS; the same program under ./local is tests/components/layouts/test_hub_engine.py"
)
NOT_RUN = {
    "pulumi login …": "a backend of the reader's own",
    "pulumi stack select dev": ON_AWS,
    "pulumi up": ON_AWS,
    "pulumi destroy": ON_AWS,
    "pulumi up --stack dev": ON_AWS,
    "pulumi up --stack hub": ON_AWS,
    "pulumi stack output": ON_AWS,
    "pulumi import aws:cloudwatch/logGroup:LogGroup PREFIX-firewall-log-alert /aws/vendedlogs/PREFIX/alert "
    "--parent log=URN --protect=false --generate-code=false": "names what a stack of the reader's own has kept",
    "(cd policy && pulumi policy publish)": "uploads to an organization of the reader's own at Pulumi Cloud",
}


def printed() -> dict[str, str]:
    """Return each command in a block of a page, without prompt and comment, and the page that prints it."""
    found: dict[str, str] = {}
    for page in PAGES:
        for block in blocks(page):
            # The session's own commands where it has prompts; the rest is what they print.
            lines = [line.strip() for line in block.splitlines()]
            if prompted := [line[2:] for line in lines if line.startswith("$ ")]:
                lines = prompted
            elif not FIRST_WORD.match(f"{lines[0]} "):
                continue
            for line in lines:
                command = re.split(r"\s+# ", line)[0].strip()
                if FIRST_WORD.match(f"{command} ") and "[FILE]" not in command and "[POLICY]" not in command:
                    found[command] = page.name
    return found


def test_every_printed_command_is_run_or_has_a_reason():
    own = {*ON_THE_HUB, *ALONE, *A_WAY_AROUND, *LEARNED, *OF_CONFIG, *ELSEWHERE, *NOT_RUN}
    known = own | set(GUIDE)
    commands = printed()

    assert len(commands) > 40
    assert {command: page for command, page in commands.items() if command not in known} == {}
    assert [command for command in own if command not in commands] == [], "no page prints them any more"
    assert [test for test in ELSEWHERE.values() if not (ROOT / test).is_file()] == []


def test_a_command_says_how_it_is_run():
    """`python -m` is whatever Python is on PATH; ./local and .venv/bin/python are the ones that have what it needs."""
    bare = re.compile(r"(?:^|`|\$ )python3? -m (?!egress\.pack|venv)", re.MULTILINE)
    assert {page.name for page in PAGES if bare.search(page.read_text())} == set()


@pytest.mark.parametrize(("command", "found"), ALONE.items())
def test_alone(command, found):
    assert found in shell(command)


def test_a_way_around(tmp_path):
    for name in (".venv", "policy", "tests"):
        (tmp_path / name).symlink_to(ROOT / name)
    said = [shell(command, tmp_path, code, PYTHONPATH=str(ROOT)) for command, code in A_WAY_AROUND.items()]

    assert "egress-through-firewall (mandatory) does not hold: work-dns" in said[1]
    assert "=> leaves for the internet, not inspected" in said[2]


def test_learned(tmp_path):
    for name in (".venv", "examples"):
        (tmp_path / name).symlink_to(ROOT / name)
    said = [shell(command, tmp_path, PYTHONPATH=str(ROOT)) for command in LEARNED]

    learned = yaml.safe_load((tmp_path / "allow.yaml").read_text())["inspected-egress:allow_domains"]
    assert "www.example.com" in learned
    assert "names would be lost" in said[1]


@pytest.mark.engine
@pytest.mark.timeout(1800)  # `make live` alone takes minutes
@pytest.mark.skipif(shutil.which("suricata") is None, reason="Suricata isn't installed: traffic/setup")
def test_on_the_hub(tmp_path):
    folder = tmp_path / "aws"
    try:
        said = {command: shell(command, LOCAL_AWS_DIR=str(folder)) for command in ON_THE_HUB}
    finally:
        LocalAws(folder).stop()

    assert "Next:" in said["make up STACK=hub"]
    assert said["./local net run orders-quiet-1 -- curl -sS https://example.com/"] == "This is example.com, /\n"
    assert re.search(
        r"^ssh +east-west +cut +3$", said["./local net play intruder --within 60 --stack hub"], re.MULTILINE
    )
    assert "The end, after" in said["make live"]
    assert "sandbox-rogue" in said["./local python -m hunts run rogue --stack hub"]
    assert "Nothing was changed. Do it with --yes." in said["./local python -m hunts isolate sandbox-rogue --stack hub"]


@pytest.mark.engine
def test_of_config(local_aws, tmp_path):
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shell("pulumi stack init dev --non-interactive", tmp_path, **local_aws.env)

    for command in OF_CONFIG:
        shell(command, tmp_path, **local_aws.env)

    config = yaml.safe_load((tmp_path / "Pulumi.dev.yaml").read_text())["config"]
    assert {key.removeprefix("inspected-egress:"): value for key, value in config.items()} == {
        "zones": "2",
        "alert_log": "s3",
        "deny_domains": ["example.net"],
        "rule_groups": {"wrong-protocol-on-port": "drop"},
        "more_vpcs": {"test": "10.1.0.0/16"},
        "layout": "spoke",
        "hub_stack": "organization/inspected-egress/hub",
        "spoke_cidr": "10.64.144.0/20",
    }
