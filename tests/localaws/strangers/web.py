"""A load balancer with rules, targets, a certificate and a name."""

import pulumi_aws as aws

vpc = aws.ec2.Vpc("web", cidr_block="10.21.0.0/16")
balancer = aws.lb.LoadBalancer("web", load_balancer_type="application", internal=True, drop_invalid_header_fields=True)
targets = aws.lb.TargetGroup("web", port=80, protocol="HTTP", vpc_id=vpc.id, health_check={"path": "/"})
certificate = aws.acm.Certificate("web", domain_name="shop.example.com", validation_method="DNS")
listener = aws.lb.Listener(
    "web",
    load_balancer_arn=balancer.arn,
    port=443,
    protocol="HTTPS",
    certificate_arn=certificate.arn,
    default_actions=[{"type": "forward", "target_group_arn": targets.arn}],
)
aws.lb.ListenerRule(
    "old",
    listener_arn=listener.arn,
    priority=10,
    conditions=[{"path_pattern": {"values": ["/old/*"]}}],
    actions=[{"type": "redirect", "redirect": {"path": "/new", "status_code": "HTTP_301"}}],
)
aws.lb.TargetGroupAttachment("web", target_group_arn=targets.arn, target_id="10.21.0.10", port=80)
zone = aws.route53.Zone("shop", name="shop.example.com")
aws.route53.Record(
    "web",
    zone_id=zone.zone_id,
    name="shop.example.com",
    type="A",
    aliases=[{"name": balancer.dns_name, "zone_id": balancer.zone_id, "evaluate_target_health": True}],
)
origin = {"domain_name": balancer.dns_name, "origin_id": "web"}
aws.cloudfront.Distribution(
    "web",
    enabled=True,
    origins=[
        {
            **origin,
            "custom_origin_config": {
                "http_port": 80,
                "https_port": 443,
                "origin_protocol_policy": "https-only",
                "origin_ssl_protocols": ["TLSv1.2"],
            },
        }
    ],
    default_cache_behavior={
        "target_origin_id": "web",
        "viewer_protocol_policy": "redirect-to-https",
        "allowed_methods": ["GET", "HEAD"],
        "cached_methods": ["GET", "HEAD"],
    },
    restrictions={"geo_restriction": {"restriction_type": "none"}},
    viewer_certificate={"cloudfront_default_certificate": True},
)
aws.wafv2.WebAcl(
    "web",
    scope="REGIONAL",
    default_action={"allow": {}},
    visibility_config={"cloudwatch_metrics_enabled": True, "metric_name": "web", "sampled_requests_enabled": True},
)
