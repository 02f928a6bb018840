-- Per instance what is new by name; of names that are known one row each, with zero flows and whoever asked first.
WITH visit AS (
  SELECT src_ip, coalesce(sni, host) AS destination, count(DISTINCT flow_id) AS flows, min(ts) AS first_seen
  FROM alert
  WHERE regexp_like(src_ip, :home) AND hides IS NULL AND coalesce(sni, host) IS NOT NULL
  GROUP BY src_ip, coalesce(sni, host)
),
name AS (
  SELECT destination, min_by(src_ip, first_seen) AS src_ip, min(first_seen) AS first_seen
  FROM visit
  GROUP BY destination
),
fleet AS (
  SELECT count(DISTINCT src_ip) AS fleet, min(first_seen) AS oldest FROM visit
)
SELECT visit.src_ip, visit.destination, visit.flows, visit.first_seen, fleet.fleet, fleet.oldest
FROM visit JOIN name ON name.destination = visit.destination CROSS JOIN fleet
WHERE name.first_seen >= :start
UNION ALL
SELECT name.src_ip, name.destination, 0 AS flows, name.first_seen, fleet.fleet, fleet.oldest
FROM name CROSS JOIN fleet
WHERE name.first_seen < :start
