SELECT
  sni,
  count(DISTINCT flow_id) AS flows,
  count(DISTINCT src_ip) AS sources,
  max(ts) AS last_seen,
  max(hides) AS note
FROM alert
WHERE sni IS NOT NULL AND regexp_like(src_ip, :home)
GROUP BY sni
ORDER BY flows DESC, sni
LIMIT :top
