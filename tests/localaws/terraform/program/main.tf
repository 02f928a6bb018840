# Programs of the field, in one: files by what they are about, which together hold every type that the local AWS has.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

variable "changed" {
  type        = bool
  default     = false
  description = "Whether what can be updated in place is to be other than at first."
}

provider "aws" {
  region            = "eu-west-1"
  s3_use_path_style = true

  default_tags {
    tags = { Project = "field", Stage = var.changed ? "second" : "first" }
  }
}

# Another account, with which the first one shares.
provider "aws" {
  alias             = "other"
  region            = "eu-west-1"
  s3_use_path_style = true

  assume_role {
    role_arn = "arn:aws:iam::210987654321:role/field"
  }
}

data "aws_caller_identity" "here" {}

data "aws_caller_identity" "other" {
  provider = aws.other
}

data "aws_region" "here" {}

data "aws_partition" "here" {}

data "aws_availability_zones" "here" {
  state = "available"
}

locals {
  zones = slice(data.aws_availability_zones.here.names, 0, 2)
}
