"""Holds what a stand-in for an AWS client is asked against AWS's own model of the operation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def _client(service: str) -> Any:
    return boto3.client(service, region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")


@dataclass(frozen=True)
class Checked:
    """A stand-in that refuses, as boto3 does, an argument that is missing, unknown, or of the wrong type."""

    service: str
    inner: Any

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        return self._checking(name, found) if name in _client(self.service).meta.method_to_api_mapping else found

    def get_paginator(self, operation: str) -> Any:
        pages = self.inner.get_paginator(operation)
        return type("Pages", (), {"paginate": staticmethod(self._checking(operation, pages.paginate))})()

    def _checking(self, name: str, answer: Callable[..., Any]) -> Callable[..., Any]:
        meta = _client(self.service).meta
        operation = meta.service_model.operation_model(meta.method_to_api_mapping[name])

        def checked(**request: Any) -> Any:
            # boto3 makes up the tokens that let it try again.
            whole = {**dict.fromkeys(operation.idempotent_members, "token"), **request}
            report = ParamValidator().validate(whole, operation.input_shape)
            assert not report.has_errors(), f"{self.service}.{name}: {report.generate_report()}"
            return answer(**request)

        return checked
