"""Files of other tools as Registrations: plans and states of Terraform and OpenTofu, CloudFormation templates."""
