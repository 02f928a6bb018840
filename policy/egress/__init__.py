"""Proves, from the resources of a Pulumi program, that nothing gets around AWS Network Firewall."""

__version__ = "0.1.0"
"""Of this package, of the pack, and of the repository that both come from: it is written here alone."""
