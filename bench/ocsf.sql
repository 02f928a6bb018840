-- AWS's FLOW records as Security Lake has VPC Flow Logs: OCSF's class 4001, with times in milliseconds.
SELECT
  4001 AS class_uid,
  CAST(event_timestamp AS BIGINT) * 1000 AS "time",
  (CAST(event_timestamp AS BIGINT) - event.netflow.age) * 1000 AS start_time,
  CAST(event_timestamp AS BIGINT) * 1000 AS end_time,
  {'ip': event.src_ip, 'port': event.src_port} AS src_endpoint,
  {'ip': event.dest_ip, 'port': event.dest_port} AS dst_endpoint,
  {'packets': event.netflow.pkts, 'bytes': event.netflow.bytes} AS traffic,
  {'protocol_num': CASE event.proto WHEN 'TCP' THEN 6 WHEN 'UDP' THEN 17 END} AS connection_info
FROM read_json(
  $1,
  format = 'newline_delimited',
  columns = {
    event_timestamp: 'VARCHAR',
    event: 'STRUCT(src_ip VARCHAR, src_port INT, dest_ip VARCHAR, dest_port INT, proto VARCHAR, netflow STRUCT(pkts BIGINT, bytes BIGINT, age BIGINT))'
  }
)
