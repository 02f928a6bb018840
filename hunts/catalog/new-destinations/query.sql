-- Per instance what is new by name; of names that are known one row each, so that their domains count as known too.
WITH visit AS (
  SELECT src_ip, coalesce(sni, host) AS destination, count(DISTINCT flow_id) AS flows, min(ts) AS first_seen
  FROM alert
  WHERE regexp_like(src_ip, :home) AND hides IS NULL AND coalesce(sni, host) IS NOT NULL
  GROUP BY src_ip, coalesce(sni, host)
),
name AS (
  SELECT destination, min(first_seen) AS first_seen
  FROM visit
  GROUP BY destination
)
SELECT visit.src_ip, visit.destination, visit.flows, visit.first_seen
FROM visit JOIN name ON name.destination = visit.destination
WHERE name.first_seen >= :start
UNION ALL
SELECT NULL AS src_ip, destination, 0 AS flows, first_seen
FROM name
WHERE first_seen < :start
