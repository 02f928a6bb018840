"""A small Python language host, for an engine that was built from its Go module and so came without one."""
