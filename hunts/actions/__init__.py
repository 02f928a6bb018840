"""What is done about a finding: isolate and release an instance, block a name, ask for paths, audit the network."""
