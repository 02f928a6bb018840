"""The script that gets Suricata, as far as it can be tried without changing the machine."""

import shutil
import subprocess
from pathlib import Path

SETUP = Path(__file__).resolve().parents[2] / "traffic" / "setup"


def run(path):
    return subprocess.run(["/bin/sh", str(SETUP)], env={"PATH": str(path)}, capture_output=True, text=True, check=False)


def tools(folder, **programs):
    """A PATH with the programs given and the harmless ones that the script calls."""
    for name in ("sed", "awk", "id"):
        (folder / name).symlink_to(shutil.which(name))
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    return folder


def test_what_is_there_is_found_and_nothing_is_installed(tmp_path):
    done = run(tools(tmp_path, suricata="echo This is Suricata version 7.0.9 RELEASE"))

    assert (done.returncode, done.stdout) == (0, "traffic/setup: found Suricata version 7.0.9 RELEASE\n")


def test_an_old_one_is_refused(tmp_path):
    done = run(tools(tmp_path, suricata="echo This is Suricata version 6.0.4 RELEASE"))

    assert done.returncode == 1
    assert "too old" in done.stdout


def test_without_root_one_is_told_what_to_do(tmp_path):
    (folder := tmp_path / "bin").mkdir()
    tools(folder)
    (folder / "id").unlink()
    (folder / "id").write_text("#!/bin/sh\necho 1000\n")
    (folder / "id").chmod(0o755)

    done = run(folder)

    assert done.returncode == 1
    assert "examples/logs" in done.stdout
    assert "root" in done.stdout or "this is" in done.stdout


def test_no_host_is_named():
    assert "://" not in SETUP.read_text()
