"""Systems Manager: which instances report to it, beside what moto has."""

from __future__ import annotations

from moto.ssm.models import SimpleSystemManagerBackend, ssm_backends
from moto.ssm.responses import SimpleSystemManagerResponse

from localaws.services.core import serve
from localaws.services.operations import Shape, operation, responder


class LocalSsmBackend(SimpleSystemManagerBackend):
    """Systems Manager in one account and Region."""

    @operation
    def describe_instance_information(self, request: Shape) -> Shape:  # noqa: ARG002 — an operation's form
        """DescribeInstanceInformation: no code runs on an instance here, so that no agent ever reported."""
        return {"InstanceInformationList": []}


def install() -> None:
    """Put this package in front of moto's Systems Manager."""
    response = responder("ssm", ssm_backends, LocalSsmBackend, "ValidationException", base=SimpleSystemManagerResponse)
    serve("ssm", backend=LocalSsmBackend, backends=ssm_backends, response=response)
