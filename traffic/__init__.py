"""Traffic for a deployed stack: scenarios become packets, real Suricata judges them, records land in its logs."""
