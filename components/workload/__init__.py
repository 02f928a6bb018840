"""Instances that make traffic, and what they may do."""
