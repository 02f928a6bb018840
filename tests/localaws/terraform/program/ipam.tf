# Addresses from a plan: an IPAM, its pools within pools, and VPCs whose ranges those give.

resource "aws_vpc_ipam" "plan" {
  description = var.changed ? "all addresses" : "addresses"

  dynamic "operating_regions" {
    for_each = var.changed ? ["eu-west-1", "us-east-1"] : ["eu-west-1"]

    content {
      region_name = operating_regions.value
    }
  }

  tags = { Name = "plan" }
}

resource "aws_vpc_ipam_scope" "lab" {
  ipam_id     = aws_vpc_ipam.plan.id
  description = var.changed ? "the lab" : "lab"
}

resource "aws_vpc_ipam_pool" "all" {
  address_family = "ipv4"
  ipam_scope_id  = aws_vpc_ipam.plan.private_default_scope_id
  description    = var.changed ? "all" : "everything"
}

resource "aws_vpc_ipam_pool_cidr" "all" {
  ipam_pool_id = aws_vpc_ipam_pool.all.id
  cidr         = "10.128.0.0/9"
}

resource "aws_vpc_ipam_pool" "here" {
  address_family                    = "ipv4"
  ipam_scope_id                     = aws_vpc_ipam.plan.private_default_scope_id
  source_ipam_pool_id               = aws_vpc_ipam_pool.all.id
  locale                            = data.aws_region.here.name
  allocation_default_netmask_length = var.changed ? 22 : 20
  allocation_min_netmask_length     = 16
  allocation_max_netmask_length     = 28
  allocation_resource_tags          = { Project = "field" }
}

resource "aws_vpc_ipam_pool_cidr" "here" {
  ipam_pool_id   = aws_vpc_ipam_pool.here.id
  netmask_length = 12
  depends_on     = [aws_vpc_ipam_pool_cidr.all]
}

resource "aws_vpc_ipam_pool_cidr_allocation" "kept" {
  ipam_pool_id   = aws_vpc_ipam_pool.here.id
  netmask_length = 24
  description    = "the office's"
  depends_on     = [aws_vpc_ipam_pool_cidr.here]
}

resource "aws_vpc_ipam_preview_next_cidr" "next" {
  ipam_pool_id   = aws_vpc_ipam_pool.here.id
  netmask_length = 28
  depends_on     = [aws_vpc_ipam_pool_cidr.here]
}

resource "aws_vpc" "planned" {
  ipv4_ipam_pool_id   = aws_vpc_ipam_pool.here.id
  ipv4_netmask_length = 20
  depends_on          = [aws_vpc_ipam_pool_cidr.here]
}

resource "aws_vpc_ipv4_cidr_block_association" "planned" {
  vpc_id              = aws_vpc.planned.id
  ipv4_ipam_pool_id   = aws_vpc_ipam_pool.here.id
  ipv4_netmask_length = 22
}

resource "aws_subnet" "planned" {
  vpc_id     = aws_vpc.planned.id
  cidr_block = cidrsubnet(aws_vpc.planned.cidr_block, 4, 1)
}
