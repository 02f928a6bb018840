SELECT src_ip, dest_ip, dest_port, count(*) AS flows, min(first_seen) AS first_seen, max(last_seen) AS last_seen
FROM (
  SELECT flow_id, src_ip, dest_ip, dest_port, min(ts) AS first_seen, max(ts) AS last_seen
  FROM alert
  WHERE app_proto = 'tls' AND regexp_like(src_ip, :home)
  GROUP BY flow_id, src_ip, dest_ip, dest_port
  HAVING count(sni) = 0 AND count(tls_version) > 0
) AS nameless
GROUP BY src_ip, dest_ip, dest_port
ORDER BY flows DESC, src_ip, dest_ip, dest_port
