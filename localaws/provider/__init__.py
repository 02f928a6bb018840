"""The Pulumi provider of the local AWS: resource operations become boto3 calls to a loopback endpoint."""
