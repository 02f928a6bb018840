SELECT src_ip, destination, flows, first_seen
FROM (
  SELECT
    min(src_ip) AS src_ip,
    coalesce(sni, host) AS destination,
    count(DISTINCT flow_id) AS flows,
    min(ts) AS first_seen
  FROM alert
  WHERE regexp_like(src_ip, :home) AND coalesce(sni, host) IS NOT NULL
  GROUP BY coalesce(sni, host)
  HAVING count(DISTINCT src_ip) = 1 AND count(DISTINCT flow_id) <= :flows
) AS lonely
WHERE (SELECT count(DISTINCT src_ip) FROM alert WHERE regexp_like(src_ip, :home)) >= :fleet
ORDER BY flows, first_seen, destination
