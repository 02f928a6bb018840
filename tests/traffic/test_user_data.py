"""Of user data whatever anybody writes there, the files that cloud-init would write are read."""

from __future__ import annotations

import pytest

from traffic.user_data import files


@pytest.mark.parametrize(
    "written",
    ["write_files: 5", "write_files: [5, {content: x}, {path: etc/x}, {path: /x, encoding: b64}]", "- a", "a: [", ""],
)
def test_what_is_no_file_is_left_out(written: str) -> None:
    assert files(f"#cloud-config\n{written}\n".encode()) == []


@pytest.mark.parametrize(("asked", "mode"), [("'0755'", "0755"), ("rwx", "0644"), ("99", "0644")])
def test_a_mode_that_is_none_is_the_usual_one(asked: str, mode: str) -> None:
    text = f"#cloud-config\nwrite_files:\n- path: /etc/../opt/q\n  permissions: {asked}\n  content:\n"
    assert files(text.encode()) == [{"path": "/opt/q", "content": "", "permissions": mode}]
