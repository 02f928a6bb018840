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

from ..judging.config import Config, ConfigError
from ..judging.proof import Proof, broken
from ..network import build
from ..policies import POLICIES
from ..program.sources import from_policy_args

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..policies import Policy

FRAMEWORK = "AWS Foundational Security Best Practices"


class _Round:
    """What the policies of one run share when the SDK's own server calls them one by one.

    The SDK hands every policy new objects. A new round starts when a policy comes again, or other resources do.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._urns: tuple[str, ...] = ()
        self._network: Any = None

    def proof(self, policy: str, args: StackValidationArgs) -> Proof:
        given: Mapping[str, Any] = args.get_config()
        config = Config.parse({policy: dict(given)} if given else {})
        urns = tuple(resource.urn for resource in args.resources)
        known = self._network is not None and not self._network.given_up
        if not known or policy in self._seen or urns != self._urns:
            limits = config.of(POLICIES[policy]).limits
            self._network, self._urns = build(from_policy_args(args.resources), limits), urns
            self._seen = set()
        self._seen.add(policy)
        return Proof(self._network, config)


def policies() -> list[StackValidationPolicy]:
    """Return the policies for a pack, ours or another one that wants to include them."""
    shared = _Round()
    return [_policy(policy, shared) for policy in POLICIES.values()]


def _policy(policy: Policy, shared: _Round) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        try:
            found = shared.proof(policy.name, args).judge(policy)
        except ConfigError as error:
            report(str(error), None)
            return
        except Exception as error:  # noqa: BLE001 - the SDK would turn some errors into a mere advisory
            found = [broken(policy, policy.level, error)]
        for violation in found:
            report(violation.message, violation.urn)

    return StackValidationPolicy(
        name=policy.name,
        description=policy.holds_when,
        display_name=policy.title,
        validate=validate,
        enforcement_level=EnforcementLevel(policy.level),
        config_schema=PolicyConfigSchema(properties=policy.properties),
        severity=Severity(policy.severity),
        framework=_framework(policy),
        tags=list(policy.tags),
        remediation_steps=f"{policy.remediation}\nMore: {policy.more}",
    )


def _framework(policy: Policy) -> PolicyComplianceFramework | None:
    if not policy.references:
        return None
    return PolicyComplianceFramework(name=FRAMEWORK, version="1.0.0", reference=", ".join(policy.references))
