"""The last step of hunts that SQL has no words for: rows in, rows out, a batch at a time."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from hunts.folds.beacons import beacons
from hunts.folds.carried_out import carried_out
from hunts.folds.destinations import new_domains, rare_domains
from hunts.folds.forged import forged
from hunts.folds.generated_names import generated_names
from hunts.folds.new_pairs import new_pairs
from hunts.folds.own_and_new import own_and_new
from hunts.folds.records import Batches
from hunts.folds.registered_domains import registered_domains
from hunts.folds.s3_cost import s3_cost
from hunts.model import Answer, Question

Fold = Callable[[Question, Sequence[str], Batches], Answer]

FOLDS: Mapping[str, Fold] = MappingProxyType(
    {
        "beacons": beacons,
        "carried-out": carried_out,
        "forged": forged,
        "generated-names": generated_names,
        "new-domains": new_domains,
        "new-pairs-by-how": new_pairs("how"),
        "new-pairs-by-port": new_pairs("dest_port"),
        "own-and-new": own_and_new,
        "rare-domains": rare_domains,
        "registered-domains": registered_domains,
        "s3-cost": s3_cost,
    }
)
"""The steps by the name that a hunt's sheet gives them."""


def fold(question: Question, columns: Sequence[str], batches: Batches) -> Answer:
    """Return the hunt's answer, after the step that its sheet names, if it names one."""
    if question.hunt.fold is None:
        return Answer(columns, [row for batch in batches for row in batch])
    return FOLDS[question.hunt.fold](question, columns, batches)
