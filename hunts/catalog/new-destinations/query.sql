-- Per instance what is new by name; of names that are known one row each, with zero flows and whoever asked first.
-- `released` says of a new name that (four and more) instances of one kind have it: half and more of those who ask for a known name, and nobody else.
WITH visit AS (
  SELECT src_ip, coalesce(sni, host) AS destination, count(DISTINCT flow_id) AS flows, min(ts) AS first_seen
  FROM alert
  WHERE regexp_like(src_ip, :home) AND hides IS NULL AND coalesce(sni, host) IS NOT NULL
    -- What is called by its address inside is no domain; `east-west` looks at it.
    AND NOT (regexp_like(dest_ip, :home) AND coalesce(sni, host) = dest_ip)
  GROUP BY src_ip, coalesce(sni, host)
),
name AS (
  SELECT
    destination,
    min_by(src_ip, first_seen) AS src_ip,
    min(first_seen) AS first_seen,
    count(*) AS visitors,
    sum(CASE WHEN first_seen < :start THEN 1 ELSE 0 END) AS before
  FROM visit
  GROUP BY destination
),
released AS (
  SELECT DISTINCT destination
  FROM (
    SELECT fresh.destination
    FROM name AS fresh
    JOIN visit AS now ON now.destination = fresh.destination
    JOIN visit AS early ON early.src_ip = now.src_ip AND early.first_seen < :start
    JOIN name AS kind ON kind.destination = early.destination
    WHERE fresh.first_seen >= :start AND fresh.visitors > 3 AND fresh.visitors * 2 >= kind.before
    GROUP BY fresh.destination, fresh.visitors, kind.destination
    HAVING count(*) = fresh.visitors
  ) AS alike
),
fleet AS (
  SELECT count(DISTINCT src_ip) AS fleet, min(first_seen) AS oldest FROM visit
)
SELECT
  visit.src_ip,
  visit.destination,
  visit.flows,
  visit.first_seen,
  CASE WHEN released.destination IS NULL THEN 0 ELSE 1 END AS released,
  fleet.fleet,
  fleet.oldest
FROM visit
JOIN name ON name.destination = visit.destination
LEFT JOIN released ON released.destination = visit.destination
CROSS JOIN fleet
WHERE name.first_seen >= :start
UNION ALL
SELECT name.src_ip, name.destination, 0 AS flows, name.first_seen, 0 AS released, fleet.fleet, fleet.oldest
FROM name CROSS JOIN fleet
WHERE name.first_seen < :start
