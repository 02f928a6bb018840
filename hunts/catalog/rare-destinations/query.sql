-- Names that one instance alone asked for; of the others one row each, so that their domains count as shared.
WITH visit AS (
  SELECT src_ip, coalesce(sni, host) AS destination, count(DISTINCT flow_id) AS flows, min(ts) AS first_seen
  FROM alert
  WHERE regexp_like(src_ip, :home) AND hides IS NULL AND coalesce(sni, host) IS NOT NULL
  GROUP BY src_ip, coalesce(sni, host)
)
SELECT
  CASE WHEN count(*) = 1 THEN min(src_ip) END AS src_ip,
  destination,
  CAST(sum(flows) AS bigint) AS flows,
  min(first_seen) AS first_seen
FROM visit
WHERE (SELECT count(DISTINCT src_ip) FROM visit) >= :fleet
GROUP BY destination
