"""A transit gateway, the VPC that inspects, and the spokes around them."""
