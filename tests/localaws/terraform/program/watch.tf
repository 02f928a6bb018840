# Logs, what is made of them, and who is told.

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
