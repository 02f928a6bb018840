SELECT
  host,
  count(DISTINCT flow_id) AS flows,
  count(DISTINCT src_ip) AS sources,
  max(ts) AS last_seen
FROM alert
WHERE host IS NOT NULL
GROUP BY host
ORDER BY flows DESC, host
LIMIT :top
