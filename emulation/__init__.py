"""The network on paper or as it was deployed, run in Linux network namespaces with real packets."""
