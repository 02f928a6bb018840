"""EC2: what moto lacks of it, and what AWS refuses and moto doesn't."""

from __future__ import annotations


def install() -> None:
    """Put this package in front of moto's EC2."""
