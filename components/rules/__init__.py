"""What a firewall judges by: rule groups, one file a group, and domain lists. Standard library only."""
