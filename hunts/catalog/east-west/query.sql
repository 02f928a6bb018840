SELECT
  src_ip,
  dest_ip,
  dest_port,
  count(DISTINCT flow_id) AS flows,
  CAST(sum(bytes) AS bigint) AS bytes,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM flow
WHERE regexp_like(src_ip, :home) AND regexp_like(dest_ip, :home) AND dest_port < src_port
GROUP BY src_ip, dest_ip, dest_port
HAVING min(ts) >= :start
ORDER BY flows DESC, src_ip, dest_ip, dest_port
