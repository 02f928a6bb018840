-- The instance is the end at home, also where a reply was what the firewall refused. All rules that match a refused packet
-- log its verdict; the one that decided says so of itself, and stands for the flow where there is one.
SELECT
  CASE WHEN regexp_like(src_ip, :home) THEN src_ip ELSE dest_ip END AS src_ip,
  CASE WHEN regexp_like(src_ip, :home) THEN coalesce(CASE WHEN hides IS NULL THEN sni END, host, dest_ip) ELSE src_ip END AS destination,
  CASE WHEN regexp_like(src_ip, :home) THEN dest_port ELSE src_port END AS dest_port,
  outcome,
  signature,
  signature_id AS sid,
  CASE WHEN regexp_like(src_ip, :home) THEN 'out' ELSE 'reply' END AS way,
  count(DISTINCT flow_id) AS flows,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM (
  SELECT
    *,
    max(CASE WHEN rule_action = 'blocked' THEN 1 ELSE 0 END) OVER (PARTITION BY flow_id, src_ip) AS decided
  FROM (
    SELECT ts, flow_id, src_ip, src_port, dest_ip, dest_port, sni, hides, host, outcome, signature, signature_id, rule_action
    FROM alert
    WHERE outcome IN ('drop', 'reject') AND (regexp_like(src_ip, :home) OR regexp_like(dest_ip, :home))
  ) AS refused
) AS told
WHERE rule_action = 'blocked' OR decided = 0
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY flows DESC, src_ip, destination, dest_port, signature, sid
