-- A row also of those who call nobody by name in the baseline alone: the last step looks whether a place is anybody's habit.
WITH nameless AS (
  SELECT flow_id, src_ip, dest_ip, dest_port, min(ts) AS began, max(ts) AS ended
  FROM alert
  WHERE app_proto = 'tls' AND regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
  GROUP BY flow_id, src_ip, dest_ip, dest_port
  HAVING count(sni) = 0 AND count(tls_version) > 0
),
logs AS (
  SELECT count(DISTINCT src_ip) AS fleet, min(ts) AS oldest
  FROM alert
  WHERE app_proto = 'tls' AND regexp_like(src_ip, :home)
)
SELECT
  src_ip,
  dest_ip,
  dest_port,
  CAST(sum(CASE WHEN began >= :start THEN 1 ELSE 0 END) AS bigint) AS flows,
  min(CASE WHEN began >= :start THEN began END) AS first_seen,
  max(CASE WHEN began >= :start THEN ended ELSE 0 END) AS last_seen,
  min(began) AS since,
  max(logs.fleet) AS fleet,
  max(logs.oldest) AS oldest
FROM nameless CROSS JOIN logs
GROUP BY src_ip, dest_ip, dest_port
