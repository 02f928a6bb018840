"""Starts, finds and stops one local AWS, and makes the environment in which a command reaches it and nothing else."""

from .account import LocalAws, LocalAwsError

__all__ = ["LocalAws", "LocalAwsError"]
