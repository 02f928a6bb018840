"""Puts one hunt or all of them to a backend, the composed one included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hunts import rogue
from hunts.backends import Backend, Progress
from hunts.catalog import catalog
from hunts.errors import HuntError
from hunts.model import Answer, Hunt, Question
from hunts.parameters import PRIVATE, question
from hunts.stack import StackOutputs
from hunts.window import Window


@dataclass(frozen=True, slots=True)
class Hunter:
    """Asks: knows the backend, the logs that it has, the networks of the workloads, and the stack if there is one."""

    backend: Backend
    logs: Sequence[str]
    home: str = PRIVATE
    outputs: StackOutputs | None = None

    def ask(self, hunt: Hunt, given: Mapping[str, str], window: Window, progress: Progress) -> tuple[Question, Answer]:
        """Return the bound question and its answer."""
        asked = self.question(hunt, given, window)
        if hunt.composed:
            return asked, self._weigh(asked, self.all(window, progress, findings=True))
        missing = [log for log in hunt.reads if log not in self.logs]
        if missing:
            raise HuntError(f"hunt {hunt.name} reads the {' and '.join(missing)} log, and there is none to read")
        return asked, self.backend.ask(asked, progress)

    def question(self, hunt: Hunt, given: Mapping[str, str], window: Window) -> Question:
        """Return the hunt bound to the window, with what the stack says in place of defaults."""
        known = {parameter.name for parameter in hunt.parameters}
        stack = {}
        if self.outputs:
            stack = {"region": self.outputs.region, "hub": str(int(self.outputs.layout != "single-vpc"))}
        return question(
            hunt, {key: value for key, value in stack.items() if key in known} | dict(given), window, self.home
        )

    def all(self, window: Window, progress: Progress, *, findings: bool = False) -> list[tuple[Question, Answer]]:
        """Return the answers of all hunts whose logs are there; with `findings`, of those that count in `rogue`."""
        hunts = [
            hunt
            for hunt in catalog().values()
            if not hunt.composed and (hunt.weight or not findings) and all(log in self.logs for log in hunt.reads)
        ]
        questions = [self.question(hunt, {}, window) for hunt in hunts]
        return list(zip(questions, self.backend.ask_all(questions, progress), strict=True))

    def report(self, window: Window, progress: Progress) -> list[tuple[Question, Answer]]:
        """Return the verdict on the instances, then all other answers, from one reading of the logs."""
        answers = self.all(window, progress)
        asked = self.question(catalog()["rogue"], {}, window)
        return [(asked, self._weigh(asked, answers)), *answers]

    def _weigh(self, asked: Question, answers: Sequence[tuple[Question, Answer]]) -> Answer:
        weighty = [(item.hunt, answer) for item, answer in answers if item.hunt.weight]
        there = {hunt.name for hunt, _ in weighty}
        missing = [hunt.name for hunt in catalog().values() if hunt.weight and hunt.name not in there]
        name_of = self.outputs.instance_name if self.outputs else lambda _: None
        return rogue.weigh(asked, weighty, name_of, missing)
