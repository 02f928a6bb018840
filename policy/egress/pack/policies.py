"""The policies as Pulumi's SDK has them: name, level, schema, and everything that its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    ReportViolation,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from ..judging.analysis import Study
from ..judging.config import Config, ConfigError, schema
from ..judging.proof import broken, judge
from ..network import build
from ..policies.registry import FACES, Face
from ..program.sources import from_policy_args

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAMEWORK = "AWS Foundational Security Best Practices"


class _Round:
    """What the policies of one run share when the SDK's own server calls them one by one.

    The SDK hands every policy new objects. A new round starts when a policy comes again, or other resources do.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._urns: tuple[str, ...] = ()
        self._configs: dict[str, Mapping[str, Any]] = {}
        self._network: Any = None

    def study(self, policy: str, args: StackValidationArgs) -> Study:
        urns = tuple(resource.urn for resource in args.resources)
        if self._network is None or policy in self._seen or urns != self._urns:
            self._network, self._urns = build(from_policy_args(args.resources)), urns
            self._seen = set()
        self._seen.add(policy)
        given = args.get_config()
        return Study(self._network, Config.parse({policy: dict(given)} if given else {}))


def policies() -> list[StackValidationPolicy]:
    """Return the policies for a pack, ours or another one that wants to include them."""
    shared = _Round()
    return [_policy(face, shared) for face in FACES.values()]


def _policy(face: Face, shared: _Round) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        try:
            found = judge(shared.study(face.name, args), face.name)
        except ConfigError as error:
            report(str(error), None)
            return
        except Exception as error:  # noqa: BLE001 - the SDK would turn some errors into a mere advisory
            found = [broken(face.name, face.level, error)]
        for violation in found:
            report(violation.message, violation.urn)

    return StackValidationPolicy(
        name=face.name,
        description=face.holds_when,
        display_name=face.title,
        validate=validate,
        enforcement_level=EnforcementLevel(face.level),
        config_schema=PolicyConfigSchema(properties=schema(face.name)),
        severity=Severity(face.severity),
        framework=_framework(face),
        tags=list(face.tags),
        remediation_steps=face.remediation,
        url=face.url,
    )


def _framework(face: Face) -> PolicyComplianceFramework | None:
    if not face.references:
        return None
    return PolicyComplianceFramework(name=FRAMEWORK, version="1.0.0", reference=", ".join(face.references))
