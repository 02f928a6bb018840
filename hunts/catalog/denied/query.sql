SELECT
  src_ip,
  coalesce(sni, host, dest_ip) AS destination,
  dest_port,
  outcome,
  signature,
  count(DISTINCT flow_id) AS flows,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM alert
WHERE outcome IN ('drop', 'reject') AND regexp_like(src_ip, :home)
GROUP BY src_ip, coalesce(sni, host, dest_ip), dest_port, outcome, signature
ORDER BY flows DESC, src_ip, destination, dest_port, signature
