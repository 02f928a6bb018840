-- One row an alert. `outcome` is what became of the packet; records from before 2024 tell it by the rule's action only.
SELECT
  try_cast(event_timestamp AS bigint) AS ts,
  firewall_name AS firewall,
  availability_zone AS zone,
  event.flow_id AS flow_id,
  event.src_ip AS src_ip,
  event.src_port AS src_port,
  event.dest_ip AS dest_ip,
  event.dest_port AS dest_port,
  event.proto AS proto,
  lower(event.app_proto) AS app_proto,
  event.alert.signature_id AS signature_id,
  event.alert.signature AS signature,
  event.alert.category AS category,
  event.alert.severity AS severity,
  event.alert.action AS rule_action,
  coalesce(event.verdict.action, CASE WHEN event.alert.action = 'blocked' THEN 'drop' ELSE 'pass' END) AS outcome,
  lower(coalesce(event.tls.sni, event.quic.sni)) AS sni,
  -- With Encrypted Client Hello the name in sight is the provider's, whatever site is visited (RFC 9849; the one name
  -- that all of Cloudflare's customers share).
  CASE WHEN lower(coalesce(event.tls.sni, event.quic.sni)) IN ('cloudflare-ech.com') THEN 'ECH outer name' END AS hides,
  event.tls.version AS tls_version,
  lower(event.http.hostname) AS host,
  event.http.url AS url,
  event.http.http_user_agent AS user_agent,
  coalesce(event.tls.ja3.hash, event.quic.ja3.hash) AS ja3,
  coalesce(event.tls.ja4, event.quic.ja4) AS ja4,
  event.event_type AS event_type
FROM raw
