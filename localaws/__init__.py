"""The local AWS: a moto server, the services that it lacks, and the Pulumi provider that speaks to it."""
