"""The journal's file: whole after a cut, told where it is damaged, and refusing before a full disk loses anything."""

from __future__ import annotations

import errno
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from localaws.kept import journal
from localaws.kept.journal import DamagedError, Journal, NoRoomError, Record


def record(number, body=b"Action=CreateVpc"):
    return Record({"REQUEST_METHOD": "POST", "HTTP_X_LOCAL_OPERATION": f"op-{number}"}, body, 1.5, number, ["10.0.0.4"])


@pytest.fixture
def file(tmp_path):
    return tmp_path / "account.journal"


def filled(file, count=3):
    written = Journal(file)
    for number in range(count):
        written.append(record(number))
    return written


def test_records_come_back_as_they_were_and_new_ones_follow(file):
    filled(file)
    again = Journal(file)
    again.append(record(3, b"\0\n{not text"))

    assert list(journal.read(file)) == [*map(record, range(3)), record(3, b"\0\n{not text")]
    assert record(7).operation == "op-7"


def test_a_record_that_was_cut_was_never_answered_and_is_left_out(file):
    filled(file, 2)
    whole = file.read_bytes().rstrip(b"\0")
    last = len(record(1).packed())
    for cut in (*range(1, last, 7), last - 1):
        file.write_bytes(whole[:-cut])
        assert [each.seed for each in journal.read(file)] == [0]
        file.write_bytes(whole[:-cut] + bytes(100))
        assert [each.seed for each in journal.read(file)] == [0]


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_a_byte_that_was_changed_is_found_and_the_cure_that_is_told_works(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("journal") / "account.journal"
    filled(file)
    whole = bytearray(file.read_bytes().rstrip(b"\0"))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)

    try:
        found = list(journal.read(file))
    except DamagedError as error:
        if "truncate -s" in str(error):
            os.truncate(file, int(str(error).partition("truncate -s ")[2].split()[0]))
            left = list(journal.read(file))
            assert left == [record(number) for number in range(len(left))]
    else:
        # Only the last one's end may look like a cut.
        assert found == [record(0), record(1)]


def test_a_file_of_something_else_is_refused(file):
    file.write_text("{}")

    with pytest.raises(DamagedError, match=r"no journal of this version: `\./local reset`"):
        Journal(file)


def test_a_full_disk_refuses_and_keeps_what_was_there(file, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    written = filled(file)
    monkeypatch.setattr(journal, "_allocate", full)

    with pytest.raises(NoRoomError, match="No space left on device"):
        written.make_room(10**9)

    monkeypatch.undo()
    written.make_room(10)
    written.append(record(3))
    assert [each.seed for each in journal.read(file)] == [0, 1, 2, 3]


def test_rewritten_it_has_the_new_records_alone_and_goes_on(file):
    written = filled(file)

    written.rewrite([record(5)])
    written.append(record(6))

    assert [each.seed for each in journal.read(file)] == [5, 6]
    assert not file.with_suffix(".partial").exists()
