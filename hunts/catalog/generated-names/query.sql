SELECT src_ip, name, first_seen, last_seen, oldest
FROM (
  SELECT
    src_ip,
    name,
    min(ts) AS first_seen,
    max(ts) AS last_seen,
    min(min(ts)) OVER () AS oldest,
    count(*) OVER (PARTITION BY name) AS instances
  FROM dns
  WHERE rcode = 'NXDOMAIN' AND src_ip IS NOT NULL AND regexp_like(name, '[.]')
    AND NOT regexp_like(name, '(^|[.])(internal|arpa|local)$')
  GROUP BY src_ip, name
) AS missing
WHERE instances <= 2
