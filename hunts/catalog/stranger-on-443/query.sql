SELECT
  src_ip,
  dest_ip,
  app_proto AS protocol,
  count(DISTINCT flow_id) AS flows,
  array_join(array_agg(DISTINCT log ORDER BY log), ', ') AS seen_in,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM (
  SELECT 'alert' AS log, ts, flow_id, src_ip, dest_ip, app_proto
  FROM alert
  WHERE dest_port = :port
    AND regexp_like(src_ip, :home)
    AND strpos(',' || :expected || ',', ',' || app_proto || ',') = 0
  UNION ALL
  SELECT 'flow' AS log, ts, flow_id, src_ip, dest_ip, app_proto
  FROM flow
  WHERE dest_port = :port
    AND regexp_like(src_ip, :home)
    AND (strpos(',' || :expected || ',', ',' || app_proto || ',') = 0 OR (app_proto = 'unknown' AND bytes >= :loud))
) AS observed
GROUP BY src_ip, dest_ip, app_proto
ORDER BY flows DESC, src_ip, dest_ip, protocol
