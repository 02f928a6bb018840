"""An AWS Network Firewall with its rules and its logs."""
