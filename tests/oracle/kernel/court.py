"""Networks are heard one by one: built, sent through, compared; what disagrees is kept with its network."""

from __future__ import annotations

import time
from collections import Counter

from hypothesis import given
from hypothesis import seed as seeded

from tests.oracle.compare import Case
from tests.oracle.draft import Draft
from tests.oracle.kernel.against import Proof, differs_from_simulator
from tests.oracle.kernel.built import Built, Sent, flows_to_try
from tests.oracle.kernel.judging import verdicts_that_differ
from tests.oracle.records import World
from tests.oracle.strategies import exploring
from tests.oracle.strategies import networks as random_networks

_SHOWN = 5
"""Disagreements that are printed of each network with a name, and of the random ones, for each that was judged."""


class Court:
    """Counts what was heard. `probes` bounds the flows sent through one network; all kinds of them get their turn."""

    def __init__(self, probes: int) -> None:
        self._probes = probes
        self.counts: Counter[str] = Counter()
        self.endings: Counter[str] = Counter()
        self.disagreements: list[str] = []
        self._started = time.perf_counter()

    def hear_random(self, networks: int, *, seed: int | None = None) -> None:
        """Hear random networks of the oracle's generator, other ones in every run unless there is a seed."""
        if networks < 1:
            return

        @exploring(networks)
        @given(random_networks())
        def hear(draft: Draft) -> None:
            self.hear("random", Case(draft))

        (hear if seed is None else seeded(seed)(hear))()

    def hear(self, name: str, case: Case) -> None:
        """Build one network and hold everything against it."""
        if case.world.refused_by_aws() or _has_stray_subnets(case.world):
            self.counts["refused by AWS"] += 1
            return
        flows = list(flows_to_try(case.world))
        step = max(1, len(flows) // self._probes)
        flows = flows[self.counts["networks"] % step :: step]
        with Built(case.world) as built:
            sent = built.send(flows)
            doubtful = [n for n, one in enumerate(sent) if differs_from_simulator(case.world, one)]
            # A packet that is lost under load would differ once; what is wrong differs again.
            for number, again in zip(doubtful, built.send([flows[n] for n in doubtful]), strict=True):
                sent[number] = again
            self._compare(name, case, built, sent)
        self.counts["networks"] += 1
        self.counts["probes"] += len(sent)
        self.endings.update(one.way.ending for one in sent)
        self.counts["replies"] += sum(one.reply is not None for one in sent)
        self.counts["crossings"] += sum(len(one.way.crossed) for one in sent)

    def _compare(self, name: str, case: Case, built: Built, sent: list[Sent]) -> None:
        proof = Proof(case)
        for one in sent:
            for difference in (differs_from_simulator(case.world, one), proof.differs(one)):
                if difference:
                    self._note(difference.who, f"{name}: {difference}")
        for sentence in verdicts_that_differ(case, built, sent):
            self._note("verdict", f"{name}: {sentence}")

    def _note(self, who: str, sentence: str) -> None:
        self.counts[f"differs from {who}"] += 1
        self.disagreements.append(sentence)

    def table(self) -> str:
        """Return what was heard, and the first of what disagreed."""
        counts, seconds = self.counts, time.perf_counter() - self._started
        built = f"{counts['networks']} networks built ({counts['refused by AWS']} more would be refused by AWS)"
        lines = [
            f"{built}, {counts['probes']} probes and {counts['replies']} replies in {seconds:.0f} s",
            *(f"  {ending:10} {number:7}" for ending, number in self.endings.most_common()),
            f"  firewall endpoints crossed {counts['crossings']} times",
            *(f"differ from the {who}: {counts[f'differs from {who}']}" for who in ("simulator", "proof", "verdict")),
        ]
        first: dict[str, list[str]] = {}
        for sentence in self.disagreements:
            first.setdefault(" ".join(sentence.split()[:2]), []).append(sentence)
        return "\n".join([*lines, *(f"  {sentence}" for told in first.values() for sentence in told[:_SHOWN])])


def _has_stray_subnets(world: World) -> bool:
    """Whether a subnet lies outside its VPC's ranges, as it does where a change took a range away from under it."""
    return any(
        not any(net.version == own.version and net.subnet_of(own) for own in world.vpcs[subnet.vpc].cidrs)
        for subnet in world.subnets.values()
        for net in subnet.cidrs
    )
