# A VPC whose parts are put together afterwards, and what is there once a Region or leads out of AWS.

resource "aws_vpc" "loose" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_internet_gateway" "loose" {}

resource "aws_internet_gateway_attachment" "loose" {
  vpc_id              = aws_vpc.loose.id
  internet_gateway_id = aws_internet_gateway.loose.id
}

resource "aws_default_route_table" "loose" {
  default_route_table_id = aws_vpc.loose.default_route_table_id

  route {
    cidr_block                = aws_vpc.app.cidr_block
    vpc_peering_connection_id = aws_vpc_peering_connection.loose.id
  }
}

resource "aws_vpc_peering_connection" "loose" {
  vpc_id      = aws_vpc.loose.id
  peer_vpc_id = aws_vpc.app.id
  auto_accept = true
}

resource "aws_ec2_tag" "table" {
  resource_id = aws_vpc.loose.default_network_acl_id
  key         = "Owner"
  value       = var.changed ? "somebody" : "nobody"
}

resource "aws_default_vpc" "born" {}

resource "aws_vpc_block_public_access_options" "off" {
  internet_gateway_block_mode = "off"
}

resource "aws_customer_gateway" "office" {
  bgp_asn    = 65000
  ip_address = "203.0.113.9"
  type       = "ipsec.1"
}

resource "aws_vpn_gateway" "app" {
  vpc_id = aws_vpc.app.id
}

resource "aws_vpn_gateway_route_propagation" "app" {
  vpn_gateway_id = aws_vpn_gateway.app.id
  route_table_id = aws_route_table.main.id
}
