WITH held AS (
  SELECT flow_id, src_ip, dest_ip, dest_port, bytes, age, ts
  FROM flow
  WHERE age >= :least AND regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
),
named AS (
  SELECT flow_id, src_ip, min(coalesce(CASE WHEN hides IS NULL THEN sni END, host)) AS name
  FROM alert
  WHERE regexp_like(src_ip, :home) AND flow_id IN (SELECT flow_id FROM held)
  GROUP BY flow_id, src_ip
)
SELECT
  held.src_ip,
  coalesce(named.name, held.dest_ip) AS destination,
  held.dest_ip,
  held.dest_port,
  count(DISTINCT held.flow_id) AS flows,
  CAST(max(held.age) AS bigint) AS longest,
  CAST(sum(held.bytes) AS bigint) AS bytes_out,
  min(held.ts) AS first_seen,
  max(held.ts) AS last_seen,
  min(held.ts) AS since,
  max(logs.fleet) AS fleet,
  max(logs.oldest) AS oldest
FROM held
LEFT JOIN named ON named.flow_id = held.flow_id AND named.src_ip = held.src_ip
CROSS JOIN (SELECT count(DISTINCT src_ip) AS fleet, min(ts) AS oldest FROM flow WHERE regexp_like(src_ip, :home)) AS logs
GROUP BY held.src_ip, coalesce(named.name, held.dest_ip), held.dest_ip, held.dest_port
