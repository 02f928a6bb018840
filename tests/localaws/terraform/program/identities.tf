# Who may do what, and with which key.

data "aws_iam_policy_document" "anyone_reads" {
  statement {
    actions   = ["s3:GetObject", "dynamodb:GetItem"]
    resources = ["*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }
  }
}

data "aws_iam_policy_document" "assume" {
  for_each = toset(["ec2", "vpc-flow-logs", "chatbot"])

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["${each.key}.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "writes" {
  statement {
    actions   = var.changed ? ["logs:PutLogEvents"] : ["logs:PutLogEvents", "logs:CreateLogStream"]
    resources = ["*"]
  }
}

resource "aws_iam_role" "work" {
  name_prefix        = "work-"
  description        = var.changed ? "works" : "to work"
  assume_role_policy = data.aws_iam_policy_document.assume["ec2"].json
}

resource "aws_iam_role" "flows" {
  name               = "flows"
  assume_role_policy = data.aws_iam_policy_document.assume["vpc-flow-logs"].json
}

resource "aws_iam_role" "slack" {
  name               = "slack"
  assume_role_policy = data.aws_iam_policy_document.assume["chatbot"].json
}

resource "aws_iam_role_policy" "flows" {
  role   = aws_iam_role.flows.id
  policy = data.aws_iam_policy_document.writes.json
}

resource "aws_iam_policy" "writes" {
  name   = "writes"
  policy = data.aws_iam_policy_document.writes.json
}

resource "aws_iam_role_policy_attachment" "own" {
  role       = aws_iam_role.work.name
  policy_arn = aws_iam_policy.writes.arn
}

resource "aws_iam_role_policy_attachment" "managed" {
  role       = aws_iam_role.work.name
  policy_arn = "arn:${data.aws_partition.here.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}

resource "aws_iam_instance_profile" "work" {
  role = aws_iam_role.work.name
}

resource "aws_kms_key" "logs" {
  description             = var.changed ? "of all logs" : "of logs"
  enable_key_rotation     = true
  deletion_window_in_days = 7
}

resource "aws_kms_alias" "logs" {
  name          = "alias/logs"
  target_key_id = aws_kms_key.logs.id
}
