WITH sent AS (
  SELECT src_ip AS home_ip, dest_ip AS far_ip, flow_id, bytes AS bytes_out, 0 AS bytes_in
  FROM flow
  WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
  UNION ALL
  SELECT dest_ip AS home_ip, src_ip AS far_ip, flow_id, 0 AS bytes_out, bytes AS bytes_in
  FROM flow
  WHERE regexp_like(dest_ip, :home) AND NOT regexp_like(src_ip, :home)
),
pairs AS (
  SELECT home_ip, far_ip, count(DISTINCT flow_id) AS flows, sum(bytes_out) AS bytes_out, sum(bytes_in) AS bytes_in
  FROM sent
  GROUP BY home_ip, far_ip
)
SELECT
  home_ip AS src_ip,
  CAST(sum(bytes_out) AS bigint) AS bytes_out,
  CAST(sum(bytes_in) AS bigint) AS bytes_in,
  CAST(sum(flows) AS bigint) AS flows,
  max_by(far_ip, bytes_out) AS busiest,
  CAST(max(bytes_out) AS bigint) AS to_busiest
FROM pairs
GROUP BY home_ip
ORDER BY bytes_out DESC, src_ip
LIMIT :top
