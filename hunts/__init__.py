"""Questions that an engineer asks of the firewall's and the resolver's logs, and what to do about the answers."""
