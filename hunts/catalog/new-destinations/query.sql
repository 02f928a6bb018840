SELECT src_ip, destination, count(DISTINCT flow_id) AS flows, min(ts) AS first_seen
FROM (
  SELECT
    src_ip,
    flow_id,
    ts,
    coalesce(sni, host) AS destination,
    min(ts) OVER (PARTITION BY coalesce(sni, host)) AS first_ever,
    min(ts) OVER () AS oldest
  FROM alert
  WHERE regexp_like(src_ip, :home) AND coalesce(sni, host) IS NOT NULL
) AS seen
WHERE first_ever >= :start AND oldest < :start
GROUP BY src_ip, destination
ORDER BY first_seen, src_ip, destination
