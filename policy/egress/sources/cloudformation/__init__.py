"""CloudFormation templates, read into Registrations as far as a template alone tells."""
