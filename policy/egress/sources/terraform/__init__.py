"""Plans and states of Terraform and OpenTofu, read into Registrations."""
