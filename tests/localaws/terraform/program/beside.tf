# What stands beside the network: logs and who is told, storage, identities, what hunts ask.

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

resource "aws_cloudwatch_log_group" "alerts" {
  name              = "/hub/alerts"
  retention_in_days = var.changed ? 90 : 30
}

resource "aws_cloudwatch_log_group" "flows" {
  name = "/app/flows"
}

resource "aws_cloudwatch_log_group" "queries" {
  name_prefix = "/aws/route53/"
}

resource "aws_cloudwatch_log_resource_policy" "queries" {
  policy_name = "queries"

  policy_document = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource  = "${aws_cloudwatch_log_group.queries.arn}:*"
      Principal = { Service = "route53.amazonaws.com" }
    }]
  })
}

resource "aws_cloudwatch_log_metric_filter" "blocked" {
  name           = "blocked"
  log_group_name = aws_cloudwatch_log_group.alerts.name
  pattern        = "{ $.event.alert.action = \"blocked\" }"

  metric_transformation {
    name          = "Blocked"
    namespace     = "Hub"
    value         = "1"
    default_value = var.changed ? null : "0"
  }
}

resource "aws_cloudwatch_metric_alarm" "blocked" {
  alarm_name          = "blocked"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 1
  metric_name         = "Blocked"
  namespace           = "Hub"
  period              = 300
  statistic           = "Sum"
  threshold           = var.changed ? 50 : 20
  alarm_actions       = [aws_sns_topic.alerts.arn]
}

resource "aws_cloudwatch_metric_alarm" "dropped" {
  alarm_name          = "dropped"
  comparison_operator = "GreaterThanThreshold"
  evaluation_periods  = 2
  threshold           = 0

  metric_query {
    id          = "all"
    expression  = "dropped * 2"
    return_data = true
  }

  metric_query {
    id = "dropped"

    metric {
      metric_name = "DroppedPackets"
      namespace   = "AWS/NetworkFirewall"
      period      = 60
      stat        = "Sum"
      dimensions  = { FirewallName = "hub", Engine = "Stateful", AvailabilityZone = "eu-west-1a" }
    }
  }
}

resource "aws_cloudwatch_dashboard" "hub" {
  dashboard_name = "hub"

  dashboard_body = jsonencode({
    widgets = [{
      type       = "metric"
      x          = 0
      y          = 0
      width      = 12
      height     = 6
      properties = { region = "eu-west-1", metrics = [["Hub", "Blocked"]], title = var.changed ? "Stopped" : "Blocked" }
    }]
  })
}

resource "aws_cloudwatch_query_definition" "names" {
  name            = "hub/names"
  log_group_names = [aws_cloudwatch_log_group.alerts.name]
  query_string    = "stats count(*) by event.tls.sni${var.changed ? " | limit 5" : ""}"
}

resource "aws_cloudwatch_contributor_insight_rule" "talkers" {
  rule_name  = "talkers"
  rule_state = var.changed ? "DISABLED" : "ENABLED"

  rule_definition = jsonencode({
    Schema        = { Name = "CloudWatchLogRule", Version = 1 }
    LogGroupNames = [aws_cloudwatch_log_group.alerts.name]
    LogFormat     = "JSON"
    AggregateOn   = "Count"
    Contribution  = { Keys = ["$.event.src_ip"], Filters = [] }
  })
}

resource "aws_cloudwatch_event_rule" "routes" {
  name = "routes"

  event_pattern = jsonencode({
    source = ["aws.ec2"]
    detail = { eventName = var.changed ? ["CreateRoute", "ReplaceRoute"] : ["CreateRoute"] }
  })
}

resource "aws_cloudwatch_event_target" "routes" {
  rule = aws_cloudwatch_event_rule.routes.name
  arn  = aws_sns_topic.alerts.arn
}

resource "aws_sns_topic" "alerts" {
  name         = "alerts"
  display_name = var.changed ? "All alerts" : "Alerts"
}

resource "aws_sns_topic_policy" "alerts" {
  arn = aws_sns_topic.alerts.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.alerts.arn
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com"] }
    }]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = "someone@example.com"
}

resource "aws_chatbot_slack_channel_configuration" "alerts" {
  configuration_name = "alerts"
  iam_role_arn       = aws_iam_role.slack.arn
  slack_channel_id   = "C0123456789"
  slack_team_id      = "T0123456789"
  sns_topic_arns     = [aws_sns_topic.alerts.arn]
}

resource "aws_s3_bucket" "logs" {
  bucket_prefix = "logs-"
  force_destroy = true
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "logs" {
  bucket = aws_s3_bucket_versioning.logs.bucket

  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 1
    }
  }
}

resource "aws_s3_bucket_public_access_block" "logs" {
  bucket                  = aws_s3_bucket.logs.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_server_side_encryption_configuration" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.logs.arn
    }
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "logs" {
  bucket     = aws_s3_bucket.logs.id
  depends_on = [aws_s3_bucket_versioning.logs]

  rule {
    id     = "old"
    status = "Enabled"

    filter {
      prefix = "flow/"
    }

    expiration {
      days = var.changed ? 30 : 90
    }
  }
}

resource "aws_s3_bucket_policy" "logs" {
  bucket = aws_s3_bucket.logs.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:PutObject"
      Resource  = "${aws_s3_bucket.logs.arn}/*"
      Principal = { Service = "delivery.logs.amazonaws.com" }
    }]
  })

  depends_on = [aws_s3_bucket_public_access_block.logs]
}

resource "aws_s3_object" "notes" {
  bucket  = aws_s3_bucket.notes.id
  key     = "notes.txt"
  content = var.changed ? "second" : "first"
}

resource "aws_s3_bucket" "notes" {
  bucket        = "notes-of-the-field"
  force_destroy = true
}

resource "aws_ssm_parameter" "endpoints" {
  name  = "/hub/endpoints"
  type  = "String"
  value = jsonencode({ zones = local.zones, changed = var.changed })
}

resource "aws_athena_workgroup" "hunts" {
  name          = "hunts"
  force_destroy = true

  configuration {
    bytes_scanned_cutoff_per_query = var.changed ? 20971520 : 10485760

    result_configuration {
      output_location = "s3://${aws_s3_bucket.notes.bucket}/results/"
    }
  }
}

resource "aws_glue_catalog_database" "logs" {
  name = "logs"
}

resource "aws_glue_catalog_table" "alerts" {
  name          = "alerts"
  database_name = aws_glue_catalog_database.logs.name
  table_type    = "EXTERNAL_TABLE"
  parameters    = { "projection.enabled" = tostring(var.changed) }

  partition_keys {
    name = "day"
    type = "string"
  }

  storage_descriptor {
    location = "s3://${aws_s3_bucket.logs.bucket}/alert/"

    columns {
      name = "event"
      type = "struct<src_ip:string>"
    }

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
    }
  }
}
