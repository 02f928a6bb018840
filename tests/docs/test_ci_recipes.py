"""The workflows of docs/ci.md, run as they are printed, on a project that is not this repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from engine import environment

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = [
    yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/ci.md").read_text(), re.DOTALL)
]
GITHUB = BLOCKS[0]["jobs"]["prove"]["steps"]
GITLAB = BLOCKS[1]["prove"]
# What can't run without the internet and an account: the installer of the CLI, and the role.
NOT_HERE = (
    "curl -fsSL https://get.pulumi.com",
    'export PATH="$HOME/.pulumi',
    'echo "$AWS_TOKEN"',
    "export AWS_WEB_IDENTITY",
)
PROGRAM = """\
import pulumi_aws as aws

vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
aws.ec2.Subnet("alone", vpc_id=vpc.id, cidr_block="10.0.0.0/24", availability_zone="eu-west-1a")
"""

pytestmark = [pytest.mark.engine, pytest.mark.xdist_group("recipes")]


class Job:
    """A stranger's checkout on a machine with Python and the CLI, and nothing else."""

    def __init__(self, folder: Path, account, options: dict[str, str]) -> None:
        self.folder = folder / "theirs"
        shutil.copytree(ROOT / "policy", self.folder / "policy", ignore=shutil.ignore_patterns("__pycache__", ".venv"))
        pins = re.findall(r"^pulumi(?:-aws)?==[\w.]+", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
        (self.folder / "requirements.txt").write_text("\n".join(pins) + "\n")
        (self.folder / "__main__.py").write_text(PROGRAM)
        project = {"name": folder.name[:20], "runtime": {"name": "python", "options": options}}
        (self.folder / "Pulumi.yaml").write_text(yaml.safe_dump(project))
        # The job's own Python, as setup-python or the image has it.
        python = folder / "python"
        uv = environment.uv(lambda _line: None, ROOT)
        subprocess.run([uv, "venv", "--quiet", "--seed", "--relocatable", python], env=self._settings(), check=True)
        path = account.env["PATH"].replace(f"{ROOT / '.venv' / 'bin'}", f"{python / 'bin'}")
        self.environment = {**account.env, "PATH": path, "PULUMI_HOME": str(folder / "home"), "PIP_NO_COMPILE": "1"}
        # The provider that `pulumi install` would download is "there"; the engine is attached to the local one instead.
        (version,) = [pin.partition("==")[2] for pin in pins if pin.startswith("pulumi-aws")]
        (folder / "home" / "plugins" / f"resource-aws-v{version}").mkdir(parents=True)
        assert str(ROOT / ".venv") not in path
        self.run("pulumi stack init prod --non-interactive")

    @staticmethod
    def _settings() -> dict[str, str]:
        return {**os.environ, **environment._index_of_pip(), "UV_PYTHON_DOWNLOADS": "never"}

    def run(self, script: str, folder: str = ".") -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=self.folder / folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
        return done


@pytest.mark.timeout(1500)  # it installs the SDK twice, as the recipes say
@pytest.mark.parametrize(
    "options", [{}, {"toolchain": "pip", "virtualenv": "venv"}], ids=["no-virtualenv", "with-virtualenv"]
)
def test_the_recipes(options, local_aws, tmp_path):
    job = Job(tmp_path, local_aws, options)

    github = [job.run(step["run"], step.get("working-directory", ".")).stdout for step in GITHUB if "run" in step]

    assert len(github) == 4
    assert "inspected-egress|local|policy" in github[2]
    assert json.loads((job.folder / "prod.sarif").read_text())["version"] == "2.1.0"

    job.run("pulumi up --yes --skip-preview --stack prod")  # what stands, for the reports to tell
    lines = [line for part in ("before_script", "script", "after_script") for line in GITLAB[part]]
    gitlab = [job.run(line) for line in lines if not line.startswith(NOT_HERE)]

    assert len(gitlab) == 6
    for name in GITLAB["artifacts"]["paths"]:
        assert (job.folder / name).stat().st_size
