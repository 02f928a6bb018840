"""Fixtures that the hunts' tests share with those of the traffic."""

from tests.traffic.conftest import suricata

__all__ = ["suricata"]
