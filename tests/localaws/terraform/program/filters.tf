# Who may speak with whom: access lists and security groups, with rules written inside and beside them.

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
