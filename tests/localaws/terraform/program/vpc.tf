# A VPC as most people write it: public and private subnets in two zones, NAT, endpoints, access lists, instances.

resource "aws_vpc" "app" {
  cidr_block                       = "10.10.0.0/16"
  enable_dns_hostnames             = true
  assign_generated_ipv6_cidr_block = true
  tags                             = { Name = "app" }
}

resource "aws_vpc_ipv4_cidr_block_association" "more" {
  vpc_id     = aws_vpc.app.id
  cidr_block = "10.11.0.0/16"
}

resource "aws_internet_gateway" "app" {
  vpc_id = aws_vpc.app.id
}

resource "aws_egress_only_internet_gateway" "app" {
  vpc_id = aws_vpc.app.id
}

resource "aws_subnet" "public" {
  count                   = 2
  vpc_id                  = aws_vpc.app.id
  cidr_block              = cidrsubnet(aws_vpc.app.cidr_block, 8, count.index)
  availability_zone       = local.zones[count.index]
  map_public_ip_on_launch = true
}

resource "aws_subnet" "private" {
  count                           = 2
  vpc_id                          = aws_vpc.app.id
  cidr_block                      = cidrsubnet(aws_vpc.app.cidr_block, 8, count.index + 10)
  ipv6_cidr_block                 = cidrsubnet(aws_vpc.app.ipv6_cidr_block, 8, count.index)
  assign_ipv6_address_on_creation = true
  availability_zone               = local.zones[count.index]
  tags                            = { Tier = var.changed ? "closed" : "private" }
}

resource "aws_subnet" "more" {
  vpc_id     = aws_vpc_ipv4_cidr_block_association.more.vpc_id
  cidr_block = "10.11.0.0/24"
}

resource "aws_eip" "nat" {
  count      = 2
  domain     = "vpc"
  depends_on = [aws_internet_gateway.app]
}

resource "aws_nat_gateway" "app" {
  count         = 2
  subnet_id     = aws_subnet.public[count.index].id
  allocation_id = aws_eip.nat[count.index].id
}

resource "aws_nat_gateway" "inside" {
  subnet_id         = aws_subnet.private[0].id
  connectivity_type = "private"
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.app.id

  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.app.id
  }

  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.app.id
  }
}

resource "aws_route_table_association" "public" {
  count          = 2
  subnet_id      = aws_subnet.public[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_route_table" "private" {
  count  = 2
  vpc_id = aws_vpc.app.id
}

resource "aws_route" "out" {
  count                  = 2
  route_table_id         = aws_route_table.private[count.index].id
  destination_cidr_block = "0.0.0.0/0"
  nat_gateway_id         = aws_nat_gateway.app[var.changed ? 0 : count.index].id
}

resource "aws_route" "out_ipv6" {
  route_table_id              = aws_route_table.private[0].id
  destination_ipv6_cidr_block = "::/0"
  egress_only_gateway_id      = aws_egress_only_internet_gateway.app.id
}

resource "aws_route" "storage" {
  route_table_id             = aws_route_table.private[0].id
  destination_prefix_list_id = aws_ec2_managed_prefix_list.offices.id
  nat_gateway_id             = aws_nat_gateway.app[0].id
}

resource "aws_route_table_association" "private" {
  count          = 2
  subnet_id      = aws_subnet.private[count.index].id
  route_table_id = aws_route_table.private[count.index].id
}

resource "aws_route_table" "main" {
  vpc_id = aws_vpc.app.id
}

resource "aws_main_route_table_association" "app" {
  vpc_id         = aws_vpc.app.id
  route_table_id = aws_route_table.main.id
}

resource "aws_ec2_managed_prefix_list" "offices" {
  name           = "offices"
  address_family = "IPv4"
  max_entries    = 3

  dynamic "entry" {
    for_each = var.changed ? ["192.0.2.0/24", "198.51.100.0/24"] : ["192.0.2.0/24"]

    content {
      cidr        = entry.value
      description = "office"
    }
  }
}

resource "aws_ec2_managed_prefix_list_entry" "branch" {
  prefix_list_id = aws_ec2_managed_prefix_list.branches.id
  cidr           = "203.0.113.0/24"
}

resource "aws_ec2_managed_prefix_list" "branches" {
  name           = "branches"
  address_family = "IPv4"
  max_entries    = 2
}

resource "aws_default_security_group" "app" {
  vpc_id = aws_vpc.app.id
}

resource "aws_default_network_acl" "app" {
  default_network_acl_id = aws_vpc.app.default_network_acl_id

  ingress {
    rule_no    = 100
    protocol   = -1
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }

  egress {
    rule_no    = 100
    protocol   = -1
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 0
    to_port    = 0
  }

  lifecycle {
    ignore_changes = [subnet_ids]
  }
}

resource "aws_network_acl" "more" {
  vpc_id     = aws_vpc.app.id
  subnet_ids = [aws_subnet.more.id]

  egress {
    rule_no    = 100
    protocol   = "tcp"
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 443
    to_port    = var.changed ? 444 : 443
  }
}

resource "aws_network_acl_rule" "answers" {
  network_acl_id = aws_network_acl.rules.id
  rule_number    = 100
  protocol       = "tcp"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  from_port      = 1024
  to_port        = 65535
}

resource "aws_network_acl" "rules" {
  vpc_id = aws_vpc.app.id
}

resource "aws_vpc_dhcp_options" "app" {
  domain_name         = "app.internal"
  domain_name_servers = ["AmazonProvidedDNS"]
  ntp_servers         = ["169.254.169.123"]
  tags                = { Name = "app" }
}

resource "aws_vpc_dhcp_options_association" "app" {
  vpc_id          = aws_vpc.app.id
  dhcp_options_id = aws_vpc_dhcp_options.app.id
}

resource "aws_security_group" "web" {
  name_prefix = "web-"
  description = "what the web reaches"
  vpc_id      = aws_vpc.app.id

  ingress {
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = var.changed ? ["10.0.0.0/8"] : ["10.0.0.0/8", "192.168.0.0/16"]
  }

  ingress {
    protocol  = "tcp"
    from_port = 80
    to_port   = 80
    self      = true
  }

  egress {
    protocol         = "-1"
    from_port        = 0
    to_port          = 0
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_security_group" "inside" {
  name   = "inside"
  vpc_id = aws_vpc.app.id
}

resource "aws_security_group_rule" "from_web" {
  security_group_id        = aws_security_group.inside.id
  type                     = "ingress"
  protocol                 = "tcp"
  from_port                = 8080
  to_port                  = 8080
  source_security_group_id = aws_security_group.web.id
  description              = var.changed ? "of the web" : "from the web"
}

resource "aws_security_group" "apart" {
  name   = "apart"
  vpc_id = aws_vpc.app.id
}

resource "aws_vpc_security_group_ingress_rule" "apart" {
  security_group_id            = aws_security_group.apart.id
  ip_protocol                  = "tcp"
  from_port                    = 22
  to_port                      = var.changed ? 23 : 22
  referenced_security_group_id = aws_security_group.web.id
  description                  = var.changed ? "jump host" : "jump"
}

resource "aws_vpc_security_group_egress_rule" "apart" {
  security_group_id = aws_security_group.apart.id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
  tags              = { Name = "all" }
}

resource "aws_vpc_endpoint" "storage" {
  vpc_id          = aws_vpc.app.id
  service_name    = "com.amazonaws.${data.aws_region.here.name}.s3"
  route_table_ids = [aws_route_table.private[0].id]
}

resource "aws_vpc_endpoint_route_table_association" "storage" {
  vpc_endpoint_id = aws_vpc_endpoint.tables.id
  route_table_id  = aws_route_table.private[1].id
}

resource "aws_vpc_endpoint" "tables" {
  vpc_id       = aws_vpc.app.id
  service_name = "com.amazonaws.${data.aws_region.here.name}.dynamodb"
}

resource "aws_vpc_endpoint_policy" "tables" {
  vpc_endpoint_id = aws_vpc_endpoint.tables.id
  policy          = data.aws_iam_policy_document.anyone_reads.json
}

resource "aws_vpc_endpoint" "systems" {
  vpc_id              = aws_vpc.app.id
  service_name        = "com.amazonaws.${data.aws_region.here.name}.ssm"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [aws_subnet.private[0].id]
  security_group_ids  = [aws_security_group.inside.id]
}

resource "aws_vpc_endpoint" "messages" {
  vpc_id             = aws_vpc.app.id
  service_name       = "com.amazonaws.${data.aws_region.here.name}.ssmmessages"
  vpc_endpoint_type  = "Interface"
  security_group_ids = [aws_security_group.inside.id]
}

resource "aws_vpc_endpoint_subnet_association" "messages" {
  vpc_endpoint_id = aws_vpc_endpoint.messages.id
  subnet_id       = aws_subnet.private[0].id
}

data "aws_ami" "linux" {
  most_recent = true
  owners      = ["amazon"]

  filter {
    name   = "architecture"
    values = ["x86_64"]
  }

  filter {
    name   = "root-device-type"
    values = ["ebs"]
  }

  filter {
    name   = "name"
    values = ["amzn*"]
  }
}

data "aws_ssm_parameter" "linux" {
  name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
}

resource "aws_instance" "work" {
  ami                    = data.aws_ami.linux.id
  instance_type          = var.changed ? "t3.small" : "t3.micro"
  subnet_id              = aws_subnet.private[0].id
  vpc_security_group_ids = [aws_security_group.inside.id]
  iam_instance_profile   = aws_iam_instance_profile.work.name
  user_data              = "#!/bin/sh\necho work\n"
  tags                   = { Name = "work" }
  volume_tags            = { Name = "work" }

  metadata_options {
    http_tokens = "required"
  }

  credit_specification {
    cpu_credits = var.changed ? "standard" : "unlimited"
  }

  root_block_device {
    encrypted = true
  }
}

resource "aws_instance" "larger" {
  ami                         = data.aws_ssm_parameter.linux.insecure_value
  instance_type               = "m5.large"
  subnet_id                   = aws_subnet.public[0].id
  associate_public_ip_address = true

  root_block_device {
    volume_size = 30
    volume_type = "gp3"
  }
}

resource "aws_eip" "work" {
  instance = aws_instance.larger.id
}

resource "aws_eip" "apart" {}

resource "aws_eip_association" "apart" {
  allocation_id        = aws_eip.apart.id
  network_interface_id = aws_network_interface.apart.id
}

resource "aws_network_interface" "apart" {
  subnet_id         = aws_subnet.public[1].id
  security_groups   = [aws_security_group.web.id]
  source_dest_check = false
}

resource "aws_launch_template" "work" {
  name_prefix            = "work-"
  image_id               = data.aws_ami.linux.id
  instance_type          = "t3.micro"
  vpc_security_group_ids = [aws_security_group.inside.id]
  description            = var.changed ? "second" : "first"

  tag_specifications {
    resource_type = "instance"
    tags          = { Name = "work" }
  }
}

resource "aws_autoscaling_group" "work" {
  name                = "work"
  min_size            = 0
  max_size            = 2
  desired_capacity    = 0
  vpc_zone_identifier = aws_subnet.private[*].id

  launch_template {
    id      = aws_launch_template.work.id
    version = "$Latest"
  }
}

resource "aws_key_pair" "work" {
  key_name   = "work"
  public_key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
}

resource "aws_ec2_instance_connect_endpoint" "app" {
  subnet_id          = aws_subnet.private[1].id
  security_group_ids = [aws_security_group.inside.id]
}

resource "aws_ec2_network_insights_path" "out" {
  source      = aws_instance.work.id
  destination = aws_internet_gateway.app.id
  protocol    = "tcp"
}

resource "aws_ec2_network_insights_analysis" "out" {
  network_insights_path_id = aws_ec2_network_insights_path.out.id
  depends_on               = [aws_route_table_association.private, aws_route.out]
}

resource "aws_flow_log" "logs" {
  vpc_id          = aws_vpc.app.id
  traffic_type    = "ALL"
  log_destination = aws_cloudwatch_log_group.flows.arn
  iam_role_arn    = aws_iam_role.flows.arn
}

resource "aws_flow_log" "bucket" {
  vpc_id               = aws_vpc.app.id
  traffic_type         = "REJECT"
  log_destination_type = "s3"
  log_destination      = aws_s3_bucket.logs.arn
}

resource "aws_lb" "web" {
  name            = "web"
  subnets         = aws_subnet.public[*].id
  security_groups = [aws_security_group.web.id]
  idle_timeout    = var.changed ? 90 : 60
}

resource "aws_lb" "inside" {
  name               = "inside"
  internal           = true
  load_balancer_type = "network"
  subnets            = aws_subnet.private[*].id
}

resource "aws_lb_target_group" "web" {
  name     = "web"
  port     = 80
  protocol = "HTTP"
  vpc_id   = aws_vpc.app.id
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_target_group_attachment" "web" {
  target_group_arn = aws_lb_target_group.web.arn
  target_id        = aws_instance.work.id
}

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
