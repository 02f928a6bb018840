-- No registered domain has fewer than two labels: where too few names end on the same two, none has enough.
SELECT src_ip, name, queries, first_seen, last_seen
FROM (
  SELECT
    src_ip,
    name,
    queries,
    first_seen,
    last_seen,
    count(*) OVER (PARTITION BY src_ip, regexp_extract(name, '[^.]+[.][^.]+$')) AS neighbours
  FROM (
    SELECT src_ip, name, count(*) AS queries, min(ts) AS first_seen, max(ts) AS last_seen
    FROM dns
    WHERE src_ip IS NOT NULL AND NOT regexp_like(name, '(^|[.])(internal|arpa|local)$')
    GROUP BY src_ip, name
  ) AS asked
) AS counted
WHERE neighbours >= :subdomains
