"""Files of other tools as Registrations: Terraform and OpenTofu plans and states, CloudFormation templates, previews."""
