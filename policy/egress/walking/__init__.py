"""Where packets go: walks over the network, one table at a time."""
