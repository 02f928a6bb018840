"""CloudWatch: alarms that act, metric math, Contributor Insights, and the checks that moto leaves out."""

from __future__ import annotations

from localaws.services.core import serve


def install() -> None:
    """Put this package in front of moto's CloudWatch."""
    from localaws.services.cloudwatch.backend import LocalCloudWatchBackend, LocalCloudWatchResponse, backends

    serve("cloudwatch", backend=LocalCloudWatchBackend, backends=backends, response=LocalCloudWatchResponse)
