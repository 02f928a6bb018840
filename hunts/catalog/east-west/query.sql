-- Which end serves is told by what comes again: a service's address and port are in many flows, a client's in one.
-- Only where that says nothing is it the lower port.
WITH inside AS (
  SELECT src_ip, src_port, dest_ip, dest_port, flow_id, bytes, ts
  FROM flow
  WHERE regexp_like(src_ip, :home) AND regexp_like(dest_ip, :home)
),
service AS (
  SELECT dest_ip AS ip, dest_port AS port, count(*) AS times
  FROM inside
  GROUP BY dest_ip, dest_port
  HAVING count(*) > 1
)
SELECT
  inside.src_ip,
  inside.dest_ip,
  inside.dest_port,
  count(DISTINCT inside.flow_id) AS flows,
  CAST(sum(inside.bytes) AS bigint) AS bytes,
  min(inside.ts) AS first_seen,
  max(inside.ts) AS last_seen
FROM inside
LEFT JOIN service AS there ON there.ip = inside.dest_ip AND there.port = inside.dest_port
LEFT JOIN service AS here ON here.ip = inside.src_ip AND here.port = inside.src_port
WHERE coalesce(there.times, 1) > coalesce(here.times, 1)
  OR (coalesce(there.times, 1) = coalesce(here.times, 1) AND inside.dest_port < inside.src_port)
GROUP BY inside.src_ip, inside.dest_ip, inside.dest_port
HAVING min(inside.ts) >= :start
ORDER BY flows DESC, inside.src_ip, inside.dest_ip, inside.dest_port
