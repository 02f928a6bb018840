# An inspected VPC: rule groups, policy, firewall, its endpoints by zone, logs, DNS Firewall.

resource "aws_vpc" "hub" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_internet_gateway" "hub" {
  vpc_id = aws_vpc.hub.id
}

resource "aws_subnet" "firewall" {
  for_each          = { for index, zone in local.zones : zone => index }
  vpc_id            = aws_vpc.hub.id
  cidr_block        = cidrsubnet(aws_vpc.hub.cidr_block, 12, each.value)
  availability_zone = each.key
}

resource "aws_subnet" "transit" {
  for_each          = { for index, zone in local.zones : zone => index }
  vpc_id            = aws_vpc.hub.id
  cidr_block        = cidrsubnet(aws_vpc.hub.cidr_block, 12, each.value + 16)
  availability_zone = each.key
}

resource "aws_networkfirewall_rule_group" "domains" {
  name        = "domains"
  type        = "STATEFUL"
  capacity    = 100
  description = var.changed ? "what is allowed now" : "what is allowed"

  rule_group {
    rules_source {
      rules_source_list {
        generated_rules_type = "ALLOWLIST"
        target_types         = ["TLS_SNI", "HTTP_HOST"]
        targets              = var.changed ? [".example.com", ".example.org"] : [".example.com"]
      }
    }

    stateful_rule_options {
      rule_order = "STRICT_ORDER"
    }
  }
}

resource "aws_networkfirewall_rule_group" "written" {
  name     = "written"
  type     = "STATEFUL"
  capacity = 10

  rule_group {
    rule_variables {
      ip_sets {
        key = "SPOKES"
        ip_set {
          definition = ["10.10.0.0/16"]
        }
      }
      port_sets {
        key = "WEB"
        port_set {
          definition = ["443", "80"]
        }
      }
    }

    reference_sets {
      ip_set_references {
        key = "OFFICES"
        ip_set_reference {
          reference_arn = aws_ec2_managed_prefix_list.offices.arn
        }
      }
    }

    rules_source {
      rules_string = "drop tcp $SPOKES any -> @OFFICES $WEB (sid:1; rev:1;)\n"
    }

    stateful_rule_options {
      rule_order = "STRICT_ORDER"
    }
  }
}

resource "aws_networkfirewall_rule_group" "five_tuple" {
  name     = "five-tuple"
  type     = "STATEFUL"
  capacity = 10

  rule_group {
    rules_source {
      stateful_rule {
        action = "PASS"

        header {
          protocol         = "DNS"
          direction        = "FORWARD"
          source           = "ANY"
          source_port      = "ANY"
          destination      = "10.0.0.2/32"
          destination_port = "53"
        }

        rule_option {
          keyword  = "sid"
          settings = ["100"]
        }
      }
    }

    stateful_rule_options {
      rule_order = "STRICT_ORDER"
    }
  }
}

resource "aws_networkfirewall_rule_group" "stateless" {
  name     = "stateless"
  type     = "STATELESS"
  capacity = 10

  rule_group {
    rules_source {
      stateless_rules_and_custom_actions {
        custom_action {
          action_name = "count"

          action_definition {
            publish_metric_action {
              dimension {
                value = "pings"
              }
            }
          }
        }

        stateless_rule {
          priority = 1

          rule_definition {
            actions = ["aws:pass", "count"]

            match_attributes {
              protocols = [1]

              source {
                address_definition = "10.0.0.0/8"
              }

              destination {
                address_definition = "10.0.0.0/8"
              }
            }
          }
        }
      }
    }
  }
}

resource "aws_networkfirewall_resource_policy" "shared" {
  resource_arn = aws_networkfirewall_rule_group.written.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = ["network-firewall:ListRuleGroups", "network-firewall:CreateFirewallPolicy", "network-firewall:UpdateFirewallPolicy"]
      Resource  = aws_networkfirewall_rule_group.written.arn
      Principal = { AWS = "arn:aws:iam::210987654321:root" }
    }]
  })
}

resource "aws_networkfirewall_firewall_policy" "hub" {
  name = "hub"

  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_default_actions           = var.changed ? ["aws:drop_established"] : ["aws:drop_strict", "aws:alert_strict"]

    stateful_engine_options {
      rule_order              = "STRICT_ORDER"
      stream_exception_policy = "REJECT"
    }

    policy_variables {
      rule_variables {
        key = "HOME_NET"
        ip_set {
          definition = ["10.0.0.0/8"]
        }
      }
    }

    stateless_rule_group_reference {
      priority     = 1
      resource_arn = aws_networkfirewall_rule_group.stateless.arn
    }

    dynamic "stateful_rule_group_reference" {
      for_each = {
        1 = aws_networkfirewall_rule_group.five_tuple.arn
        2 = aws_networkfirewall_rule_group.written.arn
        3 = aws_networkfirewall_rule_group.domains.arn
      }

      content {
        priority     = stateful_rule_group_reference.key
        resource_arn = stateful_rule_group_reference.value
      }
    }

    stateful_rule_group_reference {
      priority     = 9
      resource_arn = "arn:aws:network-firewall:${data.aws_region.here.name}:aws-managed:stateful-rulegroup/MalwareDomainsStrictOrder"
    }
  }
}

resource "aws_networkfirewall_firewall" "hub" {
  name                     = "hub"
  vpc_id                   = aws_vpc.hub.id
  firewall_policy_arn      = aws_networkfirewall_firewall_policy.hub.arn
  delete_protection        = false
  subnet_change_protection = var.changed
  description              = var.changed ? "the hub's one" : "the hub's"

  dynamic "subnet_mapping" {
    for_each = aws_subnet.firewall

    content {
      subnet_id = subnet_mapping.value.id
    }
  }
}

resource "aws_networkfirewall_logging_configuration" "hub" {
  firewall_arn = aws_networkfirewall_firewall.hub.arn

  logging_configuration {
    log_destination_config {
      log_type             = "ALERT"
      log_destination_type = "CloudWatchLogs"
      log_destination      = { logGroup = aws_cloudwatch_log_group.alerts.name }
    }

    log_destination_config {
      log_type             = "FLOW"
      log_destination_type = "S3"
      log_destination      = { bucketName = aws_s3_bucket.logs.id, prefix = var.changed ? "flows" : "flow" }
    }
  }
}

locals {
  endpoints = {
    for state in aws_networkfirewall_firewall.hub.firewall_status[0].sync_states :
    state.availability_zone => state.attachment[0].endpoint_id
  }
}

resource "aws_route_table" "transit" {
  for_each = aws_subnet.transit
  vpc_id   = aws_vpc.hub.id
}

resource "aws_route" "inspected" {
  for_each               = aws_subnet.transit
  route_table_id         = aws_route_table.transit[each.key].id
  destination_cidr_block = "0.0.0.0/0"
  vpc_endpoint_id        = local.endpoints[each.key]
}

resource "aws_route_table_association" "transit" {
  for_each       = aws_subnet.transit
  subnet_id      = each.value.id
  route_table_id = aws_route_table.transit[each.key].id
}

resource "aws_route_table" "edge" {
  vpc_id = aws_vpc.hub.id

  dynamic "route" {
    for_each = aws_subnet.transit

    content {
      cidr_block      = route.value.cidr_block
      vpc_endpoint_id = local.endpoints[route.key]
    }
  }
}

resource "aws_route_table_association" "edge" {
  gateway_id     = aws_internet_gateway.hub.id
  route_table_id = aws_route_table.edge.id
}

resource "aws_route53_resolver_firewall_domain_list" "blocked" {
  name    = "blocked"
  domains = var.changed ? ["bad.example.", "worse.example."] : ["bad.example."]
}

resource "aws_route53_resolver_firewall_rule_group" "dns" {
  name = "dns"
}

resource "aws_route53_resolver_firewall_rule" "blocked" {
  name                    = "blocked"
  action                  = "BLOCK"
  block_response          = var.changed ? "NODATA" : "NXDOMAIN"
  firewall_domain_list_id = aws_route53_resolver_firewall_domain_list.blocked.id
  firewall_rule_group_id  = aws_route53_resolver_firewall_rule_group.dns.id
  priority                = 100
}

resource "aws_route53_resolver_firewall_rule_group_association" "hub" {
  name                   = "hub"
  firewall_rule_group_id = aws_route53_resolver_firewall_rule_group.dns.id
  priority               = 101
  vpc_id                 = aws_vpc.hub.id
}

resource "aws_route53_resolver_firewall_config" "hub" {
  resource_id        = aws_vpc.hub.id
  firewall_fail_open = var.changed ? "ENABLED" : "DISABLED"
}

resource "aws_route53_resolver_query_log_config" "hub" {
  name            = "hub"
  destination_arn = aws_cloudwatch_log_group.queries.arn
}

resource "aws_route53_resolver_query_log_config_association" "hub" {
  resolver_query_log_config_id = aws_route53_resolver_query_log_config.hub.id
  resource_id                  = aws_vpc.hub.id
}

resource "aws_route53profiles_profile" "hub" {
  name = "hub"
}

resource "aws_route53profiles_resource_association" "dns" {
  name                = "dns"
  profile_id          = aws_route53profiles_profile.hub.id
  resource_arn        = aws_route53_resolver_firewall_rule_group.dns.arn
  resource_properties = jsonencode({ priority = 102 })
}

resource "aws_route53profiles_association" "hub" {
  name        = "hub"
  profile_id  = aws_route53profiles_profile.hub.id
  resource_id = aws_vpc.hub.id
}
