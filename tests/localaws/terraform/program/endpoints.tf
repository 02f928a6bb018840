# Endpoints of AWS's services, by gateway and by interface.

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
