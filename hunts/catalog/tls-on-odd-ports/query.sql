-- A row also of the baseline: the last step looks whether a place is anybody's habit.
WITH spoken AS (
  SELECT src_ip, dest_ip, dest_port, app_proto, flow_id, ts, coalesce(CASE WHEN hides IS NULL THEN sni END, host) AS name
  FROM alert
  WHERE app_proto IN ('tls', 'quic') AND regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
    AND strpos(',' || :expected || ',', ',' || CAST(dest_port AS varchar) || ',') = 0
    AND strpos(',' || :expected || ',', ',' || CAST(src_port AS varchar) || ',') = 0
  UNION ALL
  SELECT src_ip, dest_ip, dest_port, app_proto, flow_id, ts, CAST(NULL AS varchar) AS name
  FROM flow
  WHERE app_proto IN ('tls', 'quic') AND regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
    AND strpos(',' || :expected || ',', ',' || CAST(dest_port AS varchar) || ',') = 0
    AND strpos(',' || :expected || ',', ',' || CAST(src_port AS varchar) || ',') = 0
),
logs AS (
  SELECT count(DISTINCT src_ip) AS fleet, min(since) AS oldest
  FROM (
    SELECT src_ip, min(ts) AS since FROM alert WHERE regexp_like(src_ip, :home) GROUP BY src_ip
    UNION ALL
    SELECT src_ip, min(ts) AS since FROM flow WHERE regexp_like(src_ip, :home) GROUP BY src_ip
  ) AS seen
),
-- A port that many instances use is a service's of the fleet.
common AS (
  SELECT dest_port
  FROM spoken
  GROUP BY dest_port
  HAVING count(DISTINCT src_ip) > 2 AND count(DISTINCT src_ip) > :shared * (SELECT fleet FROM logs)
)
SELECT
  src_ip,
  coalesce(min(name), dest_ip) AS destination,
  dest_ip,
  dest_port,
  app_proto AS protocol,
  count(DISTINCT CASE WHEN ts >= :start THEN flow_id END) AS flows,
  min(CASE WHEN ts >= :start THEN ts END) AS first_seen,
  max(ts) AS last_seen,
  min(ts) AS since,
  max(logs.fleet) AS fleet,
  max(logs.oldest) AS oldest
FROM spoken CROSS JOIN logs
WHERE dest_port NOT IN (SELECT dest_port FROM common)
GROUP BY src_ip, dest_ip, dest_port, app_proto
