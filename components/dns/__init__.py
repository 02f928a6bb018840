"""Route 53 Resolver DNS Firewall and the resolver's query log."""
