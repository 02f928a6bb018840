"""The Pulumi engine that set-up builds, and the language host that stands beside it."""
