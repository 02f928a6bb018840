-- FLOW has one record for each direction of a flow. Both directions of a pair have one end at home and one outside.
WITH ways AS (
  SELECT src_ip, dest_ip, count(*) AS flows, sum(bytes) AS bytes
  FROM flow
  WHERE regexp_like(src_ip, :home) <> regexp_like(dest_ip, :home)
  GROUP BY src_ip, dest_ip
),
pairs AS (
  SELECT src_ip AS home_ip, dest_ip AS far_ip, flows, bytes AS bytes_out, 0 AS bytes_in
  FROM ways
  WHERE regexp_like(src_ip, :home)
  UNION ALL
  SELECT dest_ip AS home_ip, src_ip AS far_ip, 0 AS flows, 0 AS bytes_out, bytes AS bytes_in
  FROM ways
  WHERE regexp_like(dest_ip, :home)
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
