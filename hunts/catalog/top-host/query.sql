SELECT
  host,
  count(DISTINCT flow_id) AS flows,
  count(DISTINCT src_ip) AS sources,
  max(ts) AS last_seen
FROM alert
WHERE host IS NOT NULL AND regexp_like(src_ip, :home)
GROUP BY host
ORDER BY flows DESC, host
LIMIT :top
