"""Backends that speak AWS's own shapes.

A method per operation, request in, response out, checked against the service model.

moto parses a request and serialises a response by botocore's model of the service; what it leaves out are the model's
constraints (length, pattern, allowed values, number of items), which AWS enforces and the client does not.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeVar

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from localaws.services.core import AwsError, NotInLocalAws

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from moto.core.base_backend import BackendDict, BaseBackend

Shape = dict[str, Any]
"""A request or response as botocore has it: member names in AWS's spelling, plain Python values."""

Item = TypeVar("Item")
Operation = TypeVar("Operation", bound="Callable[[Any, Shape], Shape]")

DEFAULT_PAGE: Final = 100

_TRANSLATIONS: Final = (
    (r"\p{L}", r"\w"),
    (r"\p{N}", r"\d"),
    (r"\p{Z}", r"\s"),
    (r"\p{M}", ""),
    (r"\p{S}", ""),
    (r"\p{P}", ""),
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
)
"""What the models' patterns have and `re` doesn't: Unicode classes, and ranges of surrogate pairs."""


def operation(method: Operation) -> Operation:
    """Mark a backend method as answering the operation that it is named after, in snake case.

    A leading `answer_` is not part of the name: it sets the method apart from one of moto's that has the plain name.
    """
    method.is_operation = True
    return method


def responder(
    service: str,
    backends: BackendDict[Any],
    backend: type[BaseBackend],
    invalid: str,
    base: type[BaseResponse] = BaseResponse,
) -> type[BaseResponse]:
    """Make the response class of boto3's `service` that hands each request to the `@operation` methods of `backend`.

    `invalid` is the error code with which the service answers a request that breaks its model's constraints. Operations
    of `base` that the backend doesn't have stay as they are.
    """
    members: dict[str, Any] = {
        name.removeprefix("answer_"): _handler(service, backends, name, invalid)
        for name in dir(backend)
        if getattr(getattr(backend, name), "is_operation", False)
    }

    def init(self: BaseResponse) -> None:
        BaseResponse.__init__(self, service_name=service)
        self.automated_parameter_parsing = True

    if base is BaseResponse:
        members["__init__"] = init
    return type(f"{backend.__name__.removesuffix('Backend')}Response", (base,), members)


def _handler(
    service: str, backends: BackendDict[Any], name: str, invalid: str
) -> Callable[[BaseResponse], ActionResult]:
    def handle(self: BaseResponse) -> ActionResult:
        if not self.automated_parameter_parsing:
            self.automated_parameter_parsing = True
            self.parse_parameters(self.normalized_request)
        model = get_service_model(service)
        shape = model.operation_model(self._get_action()).input_shape
        request: Shape = {**self.uri_match, **self.params} if self.uri_match else self.params
        check(shape, request, invalid)
        answer: Shape = getattr(backends[self.current_account][self.region], name)(request)
        return ActionResult(answer)

    handle.__name__ = name
    return handle


def check(shape: Any, value: Shape, code: str) -> None:
    """Raise `code`, in the words of AWS's validation, where `value` breaks constraints of the botocore `shape`."""
    problems = list(_problems(shape, value, ""))
    if problems:
        plural = "error" if len(problems) == 1 else "errors"
        raise AwsError(code, f"{len(problems)} validation {plural} detected: {'; '.join(problems)}")


def _problems(shape: Any, value: Any, path: str) -> Iterator[str]:
    if shape is None or value is None:
        return
    kind = shape.type_name
    if kind == "structure":
        for name in shape.required_members:
            if value.get(name) is None:
                yield f"Value null at '{_step(path, name)}' failed to satisfy constraint: Member must not be null"
        for name, member in shape.members.items():
            if name in value:
                yield from _problems(member, value[name], _step(path, name))
    elif kind == "list":
        yield from _size(shape, value, path, "length")
        for index, item in enumerate(value, start=1):
            yield from _problems(shape.member, item, f"{path}.{index}.member")
    elif kind == "map":
        for key, item in value.items():
            yield from _problems(shape.key, key, f"{path}.key")
            yield from _problems(shape.value, item, f"{path}.{key}.member")
    elif kind == "string":
        yield from _size(shape, value, path, "length")
        yield from _string(shape, value, path)
    elif kind in ("integer", "long", "float", "double"):
        yield from _size(shape, value, path, "value")


def _step(path: str, name: str) -> str:
    name = name[:1].lower() + name[1:]
    return f"{path}.{name}" if path else name


def _size(shape: Any, value: Any, path: str, what: str) -> Iterator[str]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    measure = len(value) if what == "length" else value
    shown = "at" if what == "length" and not isinstance(value, str) else f"'{value}' at"
    if low is not None and measure < low:
        yield (
            f"Value {shown} '{path}' failed to satisfy constraint: Member must have {what} greater "
            f"than or equal to {low}"
        )
    if high is not None and measure > high:
        yield (
            f"Value {shown} '{path}' failed to satisfy constraint: Member must have {what} less than or equal to {high}"
        )


def _string(shape: Any, value: str, path: str) -> Iterator[str]:
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield (
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy enum "
            f"value set: [{', '.join(allowed)}]"
        )
    pattern = shape.metadata.get("pattern")
    if pattern and not re.search(_python_pattern(pattern), value):
        yield (
            f"Value '{value}' at '{path}' failed to satisfy constraint: Member must satisfy regular "
            f"expression pattern: {pattern}"
        )


def _python_pattern(pattern: str) -> str:
    """Translate a model's pattern, which AWS matches against all of a value."""
    for theirs, ours in _TRANSLATIONS:
        pattern = pattern.replace(theirs, ours)
    # A hyphen after a class is itself in ECMA's patterns, and a range without a start in Python's.
    pattern = re.sub(r"(\\[wsd])-", r"\1\\-", pattern)
    return f"^(?:{pattern})$"


def refuse(service: str, request: Shape, *arguments: str) -> None:
    """Refuse by name the `arguments` that the local AWS doesn't have, where a request gives them a value."""
    for argument in arguments:
        if request.get(argument) not in (None, [], {}, False, ""):
            raise NotInLocalAws(f"{service}:{argument}")


def page(
    items: Sequence[Item],
    request: Shape,
    invalid: str,
    token: str = "NextToken",  # noqa: S107 — a member's name
    limit: str = "MaxResults",
) -> tuple[list[Item], str | None]:
    """Cut the page of `items` that a request's token and limit name.

    Returns it with the token of the next, None at the end.
    """
    given = request.get(token)
    try:
        start = int(given) if given else 0
    except ValueError:
        raise AwsError(invalid, f"{token} is invalid") from None
    end = start + int(request.get(limit) or DEFAULT_PAGE)
    return list(items[start:end]), str(end) if end < len(items) else None
