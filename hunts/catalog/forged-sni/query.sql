WITH answered AS (
  SELECT name, address
  FROM dns CROSS JOIN UNNEST(addresses) AS listed (address)
  WHERE regexp_like(address, '^[0-9.]+$|:')
),
known AS (
  SELECT name, array_agg(DISTINCT address ORDER BY address) AS resolved
  FROM answered
  GROUP BY name
),
-- Addresses behind which names are kept secret: what is claimed there is the outer name, which the resolver never gives.
secret AS (
  SELECT DISTINCT outer_address.address
  FROM (
    SELECT named.address
    FROM dns AS offered
    CROSS JOIN UNNEST(addresses) AS listed (parameters)
    JOIN answered AS named ON named.name = offered.name
    WHERE offered.type = 'HTTPS' AND regexp_like(listed.parameters, '(^| )ech=')
  ) AS outer_address
),
claimed AS (
  SELECT
    src_ip,
    sni,
    dest_ip,
    count(DISTINCT flow_id) AS flows,
    min(ts) AS first_seen
  FROM alert
  WHERE sni IS NOT NULL AND hides IS NULL AND ts >= :start AND regexp_like(src_ip, :home)
  GROUP BY src_ip, sni, dest_ip
)
SELECT
  claimed.src_ip,
  claimed.sni,
  claimed.dest_ip,
  CASE WHEN known.name IS NULL THEN 'nobody asked for it' ELSE 'it lives elsewhere' END AS mismatch,
  slice(known.resolved, 1, 3) AS resolved,
  claimed.flows,
  claimed.first_seen
FROM claimed LEFT JOIN known ON known.name = claimed.sni
WHERE (known.name IS NULL OR NOT contains(known.resolved, claimed.dest_ip))
  AND (known.name IS NOT NULL OR claimed.dest_ip NOT IN (SELECT address FROM secret))
  AND EXISTS (SELECT 1 FROM dns)
ORDER BY claimed.flows DESC, claimed.src_ip, claimed.sni, claimed.dest_ip
