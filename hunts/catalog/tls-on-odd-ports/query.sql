WITH spoken AS (
  SELECT src_ip, dest_ip, dest_port, app_proto, flow_id, ts
  FROM alert
  WHERE app_proto IN ('tls', 'quic') AND regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
    AND strpos(',' || :expected || ',', ',' || CAST(dest_port AS varchar) || ',') = 0
    AND strpos(',' || :expected || ',', ',' || CAST(src_port AS varchar) || ',') = 0
  UNION ALL
  SELECT src_ip, dest_ip, dest_port, app_proto, flow_id, ts
  FROM flow
  WHERE app_proto IN ('tls', 'quic') AND regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
    AND strpos(',' || :expected || ',', ',' || CAST(dest_port AS varchar) || ',') = 0
    AND strpos(',' || :expected || ',', ',' || CAST(src_port AS varchar) || ',') = 0
),
fleet AS (
  SELECT count(*) AS instances
  FROM (
    SELECT src_ip FROM alert WHERE regexp_like(src_ip, :home)
    UNION
    SELECT src_ip FROM flow WHERE regexp_like(src_ip, :home)
  ) AS seen
),
-- A port that many instances use is a service's of the fleet.
common AS (
  SELECT dest_port
  FROM spoken
  GROUP BY dest_port
  HAVING count(DISTINCT src_ip) > 2 AND count(DISTINCT src_ip) > :shared * (SELECT instances FROM fleet)
)
SELECT
  src_ip,
  dest_ip,
  dest_port,
  app_proto AS protocol,
  count(DISTINCT flow_id) AS flows,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM spoken
WHERE dest_port NOT IN (SELECT dest_port FROM common)
GROUP BY src_ip, dest_ip, dest_port, app_proto
HAVING min(ts) >= :start
ORDER BY flows DESC, src_ip, dest_ip, dest_port, protocol
