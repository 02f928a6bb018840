"""Reads the network that is deployed in an account, by AWS's own API, into a plan."""

from .account import Deployed, Guard, read_account

__all__ = ["Deployed", "Guard", "read_account"]
