SELECT src_ip, instance, name, action, count(*) AS queries, min(ts) AS first_seen, max(ts) AS last_seen
FROM dns
WHERE action IN ('BLOCK', 'ALERT')
GROUP BY src_ip, instance, name, action
ORDER BY queries DESC, src_ip, name, action
