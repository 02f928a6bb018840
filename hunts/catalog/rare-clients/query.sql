WITH spoken AS (
  SELECT 'user agent' AS kind, user_agent AS client, src_ip, coalesce(sni, host, dest_ip) AS destination, flow_id, ts
  FROM alert
  WHERE user_agent IS NOT NULL AND regexp_like(src_ip, :home)
  UNION ALL
  SELECT 'JA4' AS kind, ja4 AS client, src_ip, coalesce(sni, host, dest_ip) AS destination, flow_id, ts
  FROM alert
  WHERE ja4 IS NOT NULL AND regexp_like(src_ip, :home)
  UNION ALL
  SELECT 'JA3' AS kind, ja3 AS client, src_ip, coalesce(sni, host, dest_ip) AS destination, flow_id, ts
  FROM alert
  WHERE ja3 IS NOT NULL AND ja4 IS NULL AND regexp_like(src_ip, :home)
),
-- A client that a large part of the fleet has is the fleet's own; one that was there before is nobody's news.
strange AS (
  SELECT kind, client
  FROM spoken
  GROUP BY kind, client
  HAVING min(ts) >= :start
    AND (count(DISTINCT src_ip) <= 2 OR count(DISTINCT src_ip) <= :shared * (SELECT count(DISTINCT src_ip) FROM spoken))
    AND (count(DISTINCT src_ip) = 1 OR count(DISTINCT src_ip) * 2 <= (SELECT count(DISTINCT src_ip) FROM spoken))
)
SELECT
  spoken.src_ip,
  spoken.kind,
  spoken.client,
  count(DISTINCT spoken.flow_id) AS flows,
  min(spoken.destination) AS destination,
  min(spoken.ts) AS first_seen,
  max(spoken.ts) AS last_seen
FROM spoken JOIN strange ON strange.kind = spoken.kind AND strange.client = spoken.client
WHERE (SELECT count(DISTINCT src_ip) FROM spoken) >= :fleet
GROUP BY spoken.src_ip, spoken.kind, spoken.client
ORDER BY flows, spoken.src_ip, spoken.client
