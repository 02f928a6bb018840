"""Which error codes an operation of the local AWS can end with: what its method's code names, and all that it calls.

Read off the code itself, moto's with ours: literals, exceptions and quotas that are within reach of the method. What is
within reach is raised on some condition; what isn't can't be.
"""

from __future__ import annotations

import importlib
import types
from collections.abc import Iterator
from typing import Any

import botocore.session
from moto.core.base_backend import BackendDict
from moto.core.utils import camelcase_to_underscores

from localaws.services.core import install
from localaws.services.ec2.strict import codes_of, strings_in
from localaws.services.quotas.table import Quota

_BESIDE = ("prepare", "reset", "settle", "settle_all", "settle_transit", "tags", "shape")
"""Methods that raise nothing of an operation's own, and lead to all others."""
_OURS = ("moto.", "localaws.services.")
_MODULES = {"monitoring": "cloudwatch"}
"""moto's module of a service, where it isn't named after it."""


def reachable(service: str, operation: str) -> frozenset[str]:
    """Return every text that the code of an operation can reach: error codes are among them."""
    install()
    response, backend = _classes(service)
    names = camelcase_to_underscores(operation)
    found: set[str] = set()
    seen: set[int] = set()
    pending: list[Any] = [
        method
        for owner in (response, backend)
        for name in (names, f"answer_{names}", *_handlers(service, operation))
        if (method := getattr(owner, name, None)) is not None
    ]
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current, str):
            found.add(current)
        elif isinstance(current, Quota):
            found.add(current.error)
        elif isinstance(current, type):
            found |= {value for value in vars(current).values() if isinstance(value, str)} | {current.__name__}
            pending += [each for each in vars(current).values() if isinstance(each, types.FunctionType)]
            pending += [base for base in current.__mro__[1:] if base.__module__.startswith(_OURS)]
        else:
            function = getattr(current, "fget", None) or getattr(current, "__func__", current)
            if isinstance(function, types.FunctionType):
                pending += [
                    held
                    for cell in function.__closure__ or ()
                    if isinstance(held := cell.cell_contents, str | Quota | types.FunctionType)
                ]
                for code in codes_of(function.__code__):
                    found |= set(strings_in(code.co_consts))
                    pending += _named(code, function, response, backend)
    return frozenset(found)


def _handlers(service: str, operation: str) -> list[str]:
    """Return the method of moto's S3 that answers an operation: it goes by HTTP's methods."""
    if service != "s3":
        return []
    method = botocore.session.Session().get_service_model(service).operation_model(operation).http["method"]
    return [f"_bucket_response_{method.lower()}"]


def _named(code: types.CodeType, function: types.FunctionType, response: type, backend: type) -> Iterator[Any]:
    """Yield what a function's code names that is of moto's or ours: functions, methods, exceptions, quotas."""
    spaces = [function.__globals__]
    for name in code.co_names:
        for space in spaces:
            value = space.get(name)
            if isinstance(value, types.ModuleType) and value.__name__.startswith(_OURS):
                spaces.append(vars(value))
            elif isinstance(value, Quota) or _followed(value) or isinstance(value, str):
                yield value
            elif isinstance(value, dict):
                yield from (each for each in value.values() if isinstance(each, Quota))
        for owner in () if name.startswith("__") or name in _BESIDE else (response, backend):
            for kind in owner.__mro__:
                method = vars(kind).get(name)
                if method is not None and (
                    _followed(method) or isinstance(method, property | classmethod | staticmethod)
                ):
                    yield method


def _followed(value: Any) -> bool:
    if isinstance(value, type):
        # Models would lead to everything that there is of a service.
        return value.__module__.startswith(_OURS) and (issubclass(value, Exception) or "models" not in value.__module__)
    return isinstance(value, types.FunctionType) and value.__module__.startswith(_OURS)


def _classes(service: str) -> tuple[type, type]:
    """Return the classes of a service's responses and of its backend."""
    module = _MODULES.get(service, service.replace("-", ""))
    urls = importlib.import_module(f"moto.{module}.urls")
    response = next(iter(urls.url_paths.values())).__self__
    for method in vars(response).values():
        for cell in getattr(method, "__closure__", None) or ():
            if isinstance(cell.cell_contents, BackendDict):
                return response, cell.cell_contents.backend
    return response, getattr(importlib.import_module(f"moto.{module}.models"), f"{module}_backends").backend
