SELECT
  src_ip,
  coalesce(sni, host) AS destination,
  count(DISTINCT flow_id) AS flows,
  min(ts) AS first_seen
FROM alert
WHERE regexp_like(src_ip, :home) AND coalesce(sni, host) IS NOT NULL
GROUP BY src_ip, coalesce(sni, host)
