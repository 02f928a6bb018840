"""CloudWatch Logs: saved Insights queries, keys of log groups, and the checks that moto leaves out."""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Put this package in front of moto's CloudWatch Logs."""
    from localaws.services.logs.backend import LocalLogsBackend, LocalLogsResponse, logs_backends

    serve("logs", backend=LocalLogsBackend, backends=logs_backends, response=LocalLogsResponse)
