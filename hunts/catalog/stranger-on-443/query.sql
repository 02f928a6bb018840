-- Whoever opens QUIC fills a datagram of 1,200 bytes at least, and no later one has less than 21 (RFC 9000, 14.1 and 10.3). What the engine
-- calls QUIC by a look at a few bits, and carried less, is something else, but for the rest of a connection that was taken for ended.
-- A row also of the baseline: the last step looks whether a place is anybody's habit.
WITH observed AS (
  SELECT 'alert' AS log, ts, flow_id, src_ip, dest_ip, app_proto AS protocol
  FROM alert
  WHERE dest_port = :port
    AND regexp_like(src_ip, :home)
    AND strpos(',' || :expected || ',', ',' || app_proto || ',') = 0
  UNION ALL
  SELECT 'flow' AS log, ts, flow_id, src_ip, dest_ip, CASE WHEN opened < 1200 THEN 'udp (no quic)' ELSE app_proto END AS protocol
  FROM (
    SELECT
      ts,
      flow_id,
      src_ip,
      dest_ip,
      app_proto,
      CASE WHEN app_proto = 'quic' THEN max(bytes - 21 * (packets - 1)) OVER (PARTITION BY src_ip, src_port, dest_ip, app_proto) END AS opened
    FROM flow
    WHERE dest_port = :port
      AND regexp_like(src_ip, :home)
      AND (
        strpos(',' || :expected || ',', ',' || app_proto || ',') = 0
        OR app_proto = 'quic'
        OR (app_proto = 'unknown' AND bytes >= :loud)
      )
  ) AS heard
  WHERE app_proto <> 'quic' OR opened < 1200 OR strpos(',' || :expected || ',', ',' || app_proto || ',') = 0
),
logs AS (
  SELECT count(DISTINCT src_ip) AS fleet, min(since) AS oldest
  FROM (
    SELECT src_ip, min(ts) AS since FROM alert WHERE regexp_like(src_ip, :home) GROUP BY src_ip
    UNION ALL
    SELECT src_ip, min(ts) AS since FROM flow WHERE regexp_like(src_ip, :home) GROUP BY src_ip
  ) AS seen
)
SELECT
  src_ip,
  dest_ip,
  protocol,
  count(DISTINCT CASE WHEN ts >= :start THEN flow_id END) AS flows,
  array_join(array_agg(DISTINCT CASE WHEN ts >= :start THEN log END ORDER BY CASE WHEN ts >= :start THEN log END), ', ') AS seen_in,
  min(CASE WHEN ts >= :start THEN ts END) AS first_seen,
  max(ts) AS last_seen,
  min(ts) AS since,
  max(logs.fleet) AS fleet,
  max(logs.oldest) AS oldest
FROM observed CROSS JOIN logs
GROUP BY src_ip, dest_ip, protocol
ORDER BY src_ip, dest_ip, protocol
