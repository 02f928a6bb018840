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
),
-- An instance that came up inside the window calls what a large part of those has always called who call that port, as its like do.
host AS (
  SELECT src_ip, min(ts) AS since FROM inside GROUP BY src_ip
),
kind AS (
  SELECT dest_port, count(DISTINCT src_ip) AS callers FROM inside WHERE ts < :start GROUP BY dest_port
),
common AS (
  SELECT inside.dest_ip, inside.dest_port
  FROM inside JOIN kind ON kind.dest_port = inside.dest_port
  WHERE inside.ts < :start
  GROUP BY inside.dest_ip, inside.dest_port
  HAVING count(DISTINCT inside.src_ip) > 2 AND count(DISTINCT inside.src_ip) > :shared * max(kind.callers)
),
-- A row also of what is known, with no flows: the last step looks who has always had new ones.
pair AS (
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
  JOIN host ON host.src_ip = inside.src_ip
  LEFT JOIN common ON common.dest_ip = inside.dest_ip AND common.dest_port = inside.dest_port
  WHERE (
      coalesce(there.times, 1) > coalesce(here.times, 1)
      OR (coalesce(there.times, 1) = coalesce(here.times, 1) AND inside.dest_port < inside.src_port)
    )
    AND (host.since < :start OR common.dest_ip IS NULL)
  GROUP BY inside.src_ip, inside.dest_ip, inside.dest_port
)
SELECT
  src_ip,
  dest_ip,
  dest_port,
  CASE WHEN first_seen >= :start THEN flows ELSE 0 END AS flows,
  bytes,
  first_seen,
  last_seen,
  first_seen AS since,
  (SELECT min(since) FROM host) AS oldest
FROM pair
ORDER BY flows DESC, src_ip, dest_ip, dest_port
