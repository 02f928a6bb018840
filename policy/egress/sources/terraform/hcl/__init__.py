"""Terraform's language, as far as values in it decide a network: read into trees, and evaluated over a plan."""
