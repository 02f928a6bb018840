-- What there is of records is grouped before anything is asked of it twice: who has which client is little.
WITH spoken AS (
  SELECT
    kind,
    client,
    src_ip,
    count(DISTINCT flow_id) AS flows,
    min(destination) AS destination,
    min(ts) AS first_seen,
    max(ts) AS last_seen
  FROM (
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
  ) AS said
  GROUP BY kind, client, src_ip
),
fleet AS (
  SELECT count(DISTINCT src_ip) AS instances FROM spoken
),
-- A client that a large part of the fleet has is the fleet's own; one that was there before is nobody's news.
strange AS (
  SELECT kind, client
  FROM spoken
  GROUP BY kind, client
  HAVING min(first_seen) >= :start
    AND (count(*) <= 2 OR count(*) <= :shared * (SELECT instances FROM fleet))
    AND (count(*) = 1 OR count(*) * 2 <= (SELECT instances FROM fleet))
)
SELECT spoken.src_ip, spoken.kind, spoken.client, spoken.flows, spoken.destination, spoken.first_seen, spoken.last_seen
FROM spoken JOIN strange ON strange.kind = spoken.kind AND strange.client = spoken.client
WHERE (SELECT instances FROM fleet) >= :fleet
ORDER BY spoken.flows, spoken.src_ip, spoken.client
