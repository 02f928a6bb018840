-- What a channel carries is in names that differ: fewer than three under the same two labels, or hardly any letters, carry nothing.
SELECT
  src_ip,
  name,
  queries,
  odd_types,
  first_seen,
  last_seen,
  oldest,
  (SELECT count(DISTINCT src_ip) FROM dns) AS fleet
FROM (
  SELECT
    src_ip,
    name,
    queries,
    odd_types,
    first_seen,
    last_seen,
    min(first_seen) OVER () AS oldest,
    count(*) OVER (PARTITION BY src_ip, regexp_extract(name, '[^.]+[.][^.]+$')) AS neighbours,
    sum(length(name)) OVER (PARTITION BY src_ip, regexp_extract(name, '[^.]+[.][^.]+$')) AS letters,
    max(last_seen) OVER (PARTITION BY regexp_extract(name, '[^.]+[.][^.]+$')) AS latest
  FROM (
    SELECT
      src_ip,
      name,
      count(*) AS queries,
      CAST(sum(CASE WHEN type IN ('A', 'AAAA', 'HTTPS', 'PTR', 'SOA', 'NS') THEN 0 ELSE 1 END) AS bigint) AS odd_types,
      min(ts) AS first_seen,
      max(ts) AS last_seen
    FROM dns
    WHERE src_ip IS NOT NULL AND NOT regexp_like(name, '(^|[.])(internal|arpa|local)$')
    GROUP BY src_ip, name
  ) AS asked
) AS counted
WHERE neighbours >= 3 AND letters >= :bytes / 2 AND latest >= :start
