-- A habit began in the first half of what there is before the window, and at least the window's length before it; what began shortly before
-- anybody looked is none.
WITH nameless AS (
  SELECT flow_id, src_ip, dest_ip, dest_port, min(ts) AS began, max(ts) AS ended
  FROM alert
  WHERE app_proto = 'tls' AND regexp_like(src_ip, :home)
  GROUP BY flow_id, src_ip, dest_ip, dest_port
  HAVING count(sni) = 0 AND count(tls_version) > 0
),
logs AS (
  SELECT count(DISTINCT src_ip) AS fleet, min(ts) AS oldest
  FROM alert
  WHERE app_proto = 'tls' AND regexp_like(src_ip, :home)
),
-- What many of the fleet contact is the fleet's own software.
shared AS (
  SELECT dest_ip
  FROM nameless
  GROUP BY dest_ip
  HAVING count(DISTINCT src_ip) > 2 AND count(DISTINCT src_ip) > :shared * (SELECT fleet FROM logs)
),
pair AS (
  SELECT
    src_ip,
    dest_ip,
    dest_port,
    sum(CASE WHEN began >= :start THEN 1 ELSE 0 END) AS flows,
    min(began) AS earliest,
    min(CASE WHEN began >= :start THEN began END) AS first_seen,
    max(ended) AS last_seen
  FROM nameless
  GROUP BY src_ip, dest_ip, dest_port
)
SELECT src_ip, dest_ip, dest_port, CAST(flows AS bigint) AS flows, first_seen, last_seen
FROM pair CROSS JOIN logs
WHERE flows > 0
  AND dest_ip NOT IN (SELECT dest_ip FROM shared)
  AND (:habits = 1 OR earliest >= :start - greatest((:start - oldest) / 2, :end - :start))
ORDER BY flows DESC, src_ip, dest_ip, dest_port
