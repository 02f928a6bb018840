"""Traffic for a deployed stack: scenarios become packets, real Suricata judges them, records land in the stack's logs."""
