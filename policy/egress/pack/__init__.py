"""Joins the proof to Pulumi's policy SDK and protocol. Nothing else in this package knows about either."""
