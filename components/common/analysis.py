"""The kinds of traffic that Network Firewall can keep account of. Standard library only."""

ANALYSIS_TYPES = ("TLS_SNI", "HTTP_HOST")
