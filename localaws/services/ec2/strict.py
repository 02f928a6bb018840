"""Refuses by name the arguments that moto's EC2 would ignore: what a caller asks for must happen or fail.

moto's methods read their arguments with string literals, so the literals in a method, and in those of its class that it
calls, are what it knows. A method that takes its arguments as a whole is trusted with all of them.
"""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any, Final

from moto.core.utils import camelcase_to_underscores
from moto.ec2.exceptions import DryRunClientError
from moto.ec2.responses import EC2Response

from localaws.services.core import NotInLocalAws
from localaws.services.ec2.descriptions import refuse_description
from localaws.services.ec2.tags import refuse_reserved

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE: Final = frozenset({"_get_params", "params", "querystring", "_get_multi_param"})
"""Names that tell that a method reads its arguments as a whole."""
HARMLESS: Final = frozenset(
    {
        "AllAvailabilityZones",
        "AllRegions",
        "ClientToken",
        "DryRun",
        "IncludeDeprecated",
        "IncludeDisabled",
        "IncludeManagedResources",
        "Latest",
        "MaxResults",
        "NextToken",
    }
)
"""Arguments whose being ignored changes nothing that AWS would have done, or that moto handles in one place."""

NOTHING: Final[frozenset[str]] = frozenset()
ACTED_ON: Final = {
    "DetachNetworkInterface": frozenset({"Force"}),  # a detachment never fails here, so there is nothing to force
    "RunInstances": frozenset({"CreditSpecification"}),
}
"""Arguments that the local backend acts on beside those that moto's method reads."""


class StrictEc2Response(EC2Response):
    """EC2's responses, which answer only what they understand in full."""

    def call_action(self) -> Any:
        """Refuse what would be ignored, then answer."""
        name = camelcase_to_underscores(self._get_action() or "")
        owner: Any = type(self)
        method: Any = getattr(owner, name, None)
        known = arguments_known(method, owner) if method is not None else None
        if known is not None:
            for argument, value in self.params.items():
                if argument == "MaxCount" and value == self.params.get("MinCount"):
                    continue  # moto starts MinCount instances
                if argument not in known | ACTED_ON.get(str(self._get_action()), NOTHING) and value not in (
                    None,
                    [],
                    {},
                    "",
                    False,
                ):
                    return self.refused(NotInLocalAws(f"ec2:{self._get_action()}:{argument}"))
        if method is not None and self.params.get("DryRun") and "error_on_dryrun" not in method.__code__.co_names:
            return self.refused(DryRunClientError())
        action = str(self._get_action())
        if action == "RunInstances":
            self.ec2_backend.credits_asked = self.params.get("CreditSpecification")
            self.ec2_backend.take_from_image(self.params.get("ImageId"), self.params.get("BlockDeviceMappings") or [])
        if wrong := refuse_description(action, self.params) or refuse_reserved(action, self.params):
            return self.refused(wrong)
        return super().call_action()

    def refused(self, error: Exception) -> Any:
        """Serialise an error as a response."""
        from moto.core.responses import ActionResult

        status, headers, body = self.serialized(ActionResult(error))
        return status, headers, body


@functools.cache
def arguments_known(method: Any, owner: Any) -> frozenset[str] | None:
    """Names of the arguments that a method of moto's reads; None where it reads all, or where it is one of ours."""
    if not getattr(method, "__module__", "").startswith("moto."):
        return None
    found: set[str] = set()
    seen: set[str] = set()
    pending = [method]
    while pending:
        current = pending.pop()
        for code in codes_of(current.__code__):
            if WHOLE & set(code.co_names):
                return None
            # A dotted literal is a path into a structure: IamInstanceProfile.Arn.
            found.update(constant.partition(".")[0] for constant in strings_in(code.co_consts))
            for name in code.co_names:
                helper = getattr(owner, name, None)
                if (
                    isinstance(helper, types.FunctionType)
                    and name not in seen
                    and helper.__module__.startswith("moto.ec2")
                ):
                    seen.add(name)
                    pending.append(helper)
    return frozenset(found | HARMLESS)


def codes_of(code: types.CodeType) -> Iterator[types.CodeType]:
    """Yield a function's code and that of all functions written in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from codes_of(constant)


def strings_in(constants: Any) -> Iterator[str]:
    """Yield the texts among constants, those in tuples and sets too."""
    for constant in constants:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, tuple | frozenset):
            yield from strings_in(constant)
