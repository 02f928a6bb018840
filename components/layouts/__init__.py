"""Whole networks made from the parts, and what a stack tells of them."""
