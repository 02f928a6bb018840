WITH contact AS (
  SELECT flow_id, src_ip, coalesce(sni, host, dest_ip) AS destination, dest_port, min(ts) AS seen_at
  FROM alert
  WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
  GROUP BY flow_id, src_ip, coalesce(sni, host, dest_ip), dest_port
),
-- What most of the fleet contacts is the fleet's own software.
common AS (
  SELECT destination
  FROM contact
  GROUP BY destination
  HAVING count(DISTINCT src_ip) > 2
    AND count(DISTINCT src_ip) > :shared * (SELECT count(DISTINCT src_ip) FROM contact)
),
gaps AS (
  SELECT
    src_ip,
    destination,
    dest_port,
    seen_at,
    seen_at - lag(seen_at) OVER (PARTITION BY src_ip, destination, dest_port ORDER BY seen_at) AS gap
  FROM contact
)
SELECT
  src_ip,
  destination,
  dest_port,
  count(*) AS contacts,
  avg(CAST(gap AS double)) AS every_seconds,
  stddev_pop(CAST(gap AS double)) / avg(CAST(gap AS double)) AS jitter,
  min(seen_at) AS first_seen,
  max(seen_at) AS last_seen
FROM gaps
WHERE destination NOT IN (SELECT destination FROM common)
GROUP BY src_ip, destination, dest_port
HAVING count(*) >= :contacts
  AND avg(CAST(gap AS double)) >= :shortest
  AND stddev_pop(CAST(gap AS double)) <= :jitter * avg(CAST(gap AS double))
ORDER BY jitter, contacts DESC, src_ip, destination
