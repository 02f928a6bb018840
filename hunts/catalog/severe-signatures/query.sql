-- The instance is the end at home; where both are, the one that sent.
SELECT
  CASE WHEN regexp_like(src_ip, :home) THEN src_ip ELSE dest_ip END AS src_ip,
  signature,
  signature_id AS sid,
  severity,
  category,
  outcome,
  CASE
    WHEN regexp_like(src_ip, :home) THEN coalesce(CASE WHEN hides IS NULL THEN sni END, host, dest_ip)
    ELSE src_ip
  END AS peer,
  count(DISTINCT flow_id) AS flows,
  min(ts) AS first_seen,
  max(ts) AS last_seen
FROM alert
WHERE severity <= :severity AND (regexp_like(src_ip, :home) OR regexp_like(dest_ip, :home))
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY severity, flows DESC, src_ip, signature, peer, outcome
