"""Proves, from the resources of a Pulumi program, that nothing gets around AWS Network Firewall."""
