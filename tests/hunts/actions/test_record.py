"""The record of a case: who writes it, who goes on in it, and what becomes of it when AWS says no."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from hunts.actions.case import Before, Journal
from hunts.actions.instance import Clients, Target
from hunts.actions.record import Case, Record, amend, claim, forget, open_case, parameter, read
from hunts.errors import HuntError
from tests.hunts.actions.checked import Checked

TARGET = Target("i-1", {}, [], {"project": "lab", "stack": "dev"}, "", "", False, "stop", {}, [])
NAME = "/inspected-egress/cases/lab/dev/i-1"
HERS = Record("i-1-hers", Before({"eni-1": ["sg-1", "sg-2"]}, shutdown="terminate"), "ann@desk", "2026-01-02T03:04:05Z")
MORE = Before({"eni-1": ["sg-1", "sg-2"]}, shutdown="terminate", scaling_group="fleet")


@dataclass
class Store:
    """AWS's parameters, each as it was put; `refuses` has codes of errors by operation."""

    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    refuses: dict[str, str] = field(default_factory=dict)

    @property
    def clients(self) -> Clients:
        return {"ssm": Checked("ssm", self)}.__getitem__

    def holds(self, record: Record) -> Store:
        self.kept[NAME] = {"Value": json.dumps(asdict(record))}
        return self

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        self._answer("GetParameter", None if request["Name"] in self.kept else "ParameterNotFound")
        return {"Parameter": self.kept[request["Name"]]}

    def put_parameter(self, **request: Any) -> None:
        taken = request["Name"] in self.kept and not request["Overwrite"]
        self._answer("PutParameter", "ParameterAlreadyExists" if taken else None)
        self.kept[request["Name"]] = request

    def delete_parameter(self, **request: Any) -> None:
        self._answer("DeleteParameter", None if request["Name"] in self.kept else "ParameterNotFound")
        del self.kept[request["Name"]]

    def _answer(self, operation: str, code: str | None) -> None:
        if found := self.refuses.get(operation, code):
            raise ClientError({"Error": {"Code": found, "Message": "no"}}, operation)


def journal(tmp_path: Path, case: str = "i-1-mine", before: Before | None = MORE) -> Journal:
    return Journal(tmp_path / case, case, TARGET.id, before)


def claimed(store: Store, mine: Journal) -> dict[str, Any]:
    step = claim(store.clients, TARGET, Case(mine))
    assert step.needed
    assert step.act is not None
    return step.act()


def test_each_stack_has_its_own_records_and_what_is_of_none_has_them_apart():
    assert parameter(TARGET) == NAME
    assert parameter(Target("i-2", {}, [], {}, "", "", False, "stop", {}, [])) == "/inspected-egress/cases/-/-/i-2"


def test_the_first_responder_writes_the_record_in_a_tier_that_holds_many_groups(tmp_path: Path):
    store = Store()
    assert claimed(store, journal(tmp_path)) == {}
    put = store.kept[NAME]
    assert (put["Type"], put["Tier"], put["Overwrite"]) == ("String", "Intelligent-Tiering", False)
    found = read(store.clients, TARGET)
    assert found is not None
    assert (found.case, found.before) == ("i-1-mine", MORE)


def test_the_second_goes_on_in_the_case_of_the_first_and_is_told_so(tmp_path: Path):
    store, mine = Store().holds(HERS), journal(tmp_path)
    told = claimed(store, mine)
    assert told == {"mind": "ann@desk was first, at 2026-01-02T03:04:05Z: going on in case i-1-hers"}
    assert (mine.case, mine.folder, mine.before) == (HERS.case, tmp_path / HERS.case, HERS.before)
    assert read(store.clients, TARGET) == HERS


def test_a_record_that_is_ones_own_after_a_crash_is_nobody_else_s(tmp_path: Path):
    store, mine = Store().holds(HERS), journal(tmp_path, HERS.case)
    assert claimed(store, mine) == {}
    assert mine.before == HERS.before


def test_a_record_that_goes_at_the_moment_when_it_stood_in_the_way_is_told(tmp_path: Path):
    store = Store(refuses={"PutParameter": "ParameterAlreadyExists"})
    with pytest.raises(HuntError, match="another responder released it at this moment"):
        claimed(store, journal(tmp_path))


@pytest.mark.parametrize(
    ("operation", "act"),
    [
        ("PutParameter", claimed),
        ("GetParameter", lambda store, mine: read(store.clients, TARGET)),
        ("DeleteParameter", lambda store, mine: forget(store.clients, TARGET)),
    ],
)
def test_what_aws_refuses_is_no_record_that_is_there_or_gone(operation: str, act: Any, tmp_path: Path):
    store = Store(refuses={operation: "AccessDeniedException"}).holds(HERS)
    with pytest.raises((ClientError, HuntError), match="AccessDenied"):
        act(store, journal(tmp_path))
    assert json.loads(store.kept[NAME]["Value"]) == asdict(HERS)


def test_what_came_to_light_later_is_added_and_the_record_stays_the_first_responder_s(tmp_path: Path):
    store, mine = Store().holds(HERS), journal(tmp_path, HERS.case)
    amend(store.clients, TARGET, mine)
    assert read(store.clients, TARGET) == Record(HERS.case, MORE, HERS.by, HERS.at)
    amend(store.clients, TARGET, journal(tmp_path, HERS.case, None))
    assert read(store.clients, TARGET) == Record(HERS.case, MORE, HERS.by, HERS.at)


def test_nothing_is_added_to_a_record_that_is_not_there_and_one_that_is_gone_is_forgotten(tmp_path: Path):
    store = Store()
    amend(store.clients, TARGET, journal(tmp_path))
    forget(store.clients, TARGET)
    assert store.kept == {}
    forget(store.holds(HERS).clients, TARGET)
    assert store.kept == {}


@pytest.mark.parametrize("value", ["half", "{}", json.dumps({**asdict(HERS), "before": {"unheard": 1}}), "[]"])
def test_a_parameter_that_is_no_record_is_told_and_nothing_is_released_by_it(value: str, tmp_path: Path):
    store = Store({NAME: {"Value": value}})
    with pytest.raises(HuntError, match=f"parameter {NAME} is no record of a case"):
        read(store.clients, TARGET)
    case = open_case(store.clients, TARGET, tmp_path)
    assert case.new
    assert case.trouble is not None


def test_a_record_that_could_not_be_read_is_why_a_tagged_instance_is_not_released(tmp_path: Path):
    tagged = Target("i-1", {}, [], {"inspected-egress:case": HERS.case}, "", "", False, "stop", {}, [])
    store = Store(refuses={"GetParameter": "AccessDeniedException"})
    case = open_case(store.clients, tagged, tmp_path)
    assert (case.new, case.journal.case, case.journal.before) == (False, HERS.case, None)
    step = claim(store.clients, tagged, case)
    assert step.act is not None
    with pytest.raises(HuntError, match="AccessDenied"):
        step.act()


def test_a_case_is_the_one_of_aws_or_what_this_machine_left_open_or_a_new_one(tmp_path: Path):
    store = Store()
    new = open_case(store.clients, TARGET, tmp_path)
    assert (new.new, new.journal.instance, new.journal.before) == (True, "i-1", TARGET.before())
    assert new.journal.folder == tmp_path / new.journal.case
    left = journal(tmp_path)
    left.note("protect", "started")
    assert open_case(store.clients, TARGET, tmp_path) == Case(left)
    other = open_case(store.clients, Target("i-2", {}, [], {}, "", "", False, "stop", {}, []), tmp_path)
    assert (other.new, other.journal.instance) == (True, "i-2")
    hers = open_case(store.holds(HERS).clients, TARGET, tmp_path)
    assert hers == Case(Journal(tmp_path / HERS.case, HERS.case, "i-1", HERS.before))
