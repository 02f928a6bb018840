-- A channel needs many names on the same two labels. Longer ones first have to be told apart by the public suffix list.
SELECT src_ip, asked, first_seen
FROM (
  SELECT
    src_ip,
    asked,
    first_seen,
    count(*) OVER (PARTITION BY src_ip, regexp_extract(lower(asked), '[^.]+[.][^.]+$')) AS neighbours
  FROM (
    SELECT src_ip, asked, min(ts) AS first_seen
    FROM dns
    WHERE src_ip IS NOT NULL AND NOT regexp_like(lower(asked), '(^|[.])(internal|arpa|local)$')
    GROUP BY src_ip, asked
  ) AS names
) AS counted
WHERE neighbours >= :subdomains
