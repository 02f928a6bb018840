# What runs in the VPC, how people reach it, and what is logged and analysed of it.

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
