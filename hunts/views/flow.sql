-- One row a direction of a flow, written when it has ended.
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
  event.netflow.bytes AS bytes,
  event.netflow.pkts AS packets,
  event.netflow.age AS age,
  event.timestamp AS logged_at,
  event.event_type AS event_type
FROM raw
