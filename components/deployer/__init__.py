"""What whoever deploys a stack must be allowed to do, from the resources that the stack registers."""
