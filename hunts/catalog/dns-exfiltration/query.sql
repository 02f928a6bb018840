SELECT src_ip, name, count(*) AS queries, min(ts) AS first_seen, max(ts) AS last_seen
FROM dns
WHERE src_ip IS NOT NULL AND NOT regexp_like(name, '(^|[.])(internal|arpa|local)$')
GROUP BY src_ip, name
