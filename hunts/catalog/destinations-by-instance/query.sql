SELECT src_ip, destination, flows, last_seen
FROM (
  SELECT
    src_ip,
    coalesce(sni, host, dest_ip) AS destination,
    count(DISTINCT flow_id) AS flows,
    max(ts) AS last_seen,
    row_number() OVER (
      PARTITION BY src_ip
      ORDER BY count(DISTINCT flow_id) DESC, coalesce(sni, host, dest_ip)
    ) AS place
  FROM alert
  WHERE regexp_like(src_ip, :home)
  GROUP BY src_ip, coalesce(sni, host, dest_ip)
) AS ranked
WHERE place <= :top
ORDER BY src_ip, flows DESC, destination
