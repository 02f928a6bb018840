"""The pieces of any VPC: subnets, the way to the internet, endpoints, and the plans that cut address ranges."""
