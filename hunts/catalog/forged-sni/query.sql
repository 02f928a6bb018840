-- What was answered is many times the same: each pair stands once, before others are held against it.
WITH answered AS (
  SELECT DISTINCT name, address
  FROM dns CROSS JOIN UNNEST(addresses) AS listed (address)
  WHERE regexp_like(address, '^[0-9.]+$|:')
),
known AS (
  SELECT name, array_agg(address ORDER BY address) AS resolved
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
    count(DISTINCT CASE WHEN ts >= :start THEN flow_id END) AS flows,
    min(CASE WHEN ts >= :start THEN ts END) AS first_seen,
    min(ts) AS since
  FROM alert
  WHERE sni IS NOT NULL AND hides IS NULL AND regexp_like(src_ip, :home)
    -- Names of a cluster's services, whose resolver is its own: inside they pass no list.
    AND NOT (regexp_like(dest_ip, :home) AND regexp_like(sni, '[.](internal|local)$'))
  GROUP BY src_ip, sni, dest_ip
),
-- What has been claimed there of old, by anybody, is in a hosts file.
habit AS (
  SELECT sni, dest_ip, min(since) AS since FROM claimed GROUP BY sni, dest_ip
),
-- A connection to one name is used for another of the same owner (HTTP/2 and 3 let clients do so): the last step knows who owns what.
sister AS (
  SELECT claimed.sni, claimed.dest_ip, array_agg(DISTINCT answered.name) AS sisters
  FROM claimed
  JOIN answered
    ON answered.address = claimed.dest_ip
    AND regexp_extract(answered.name, '[^.]+[.][^.]+$') = regexp_extract(claimed.sni, '[^.]+[.][^.]+$')
  GROUP BY claimed.sni, claimed.dest_ip
)
SELECT
  claimed.src_ip,
  claimed.sni,
  claimed.dest_ip,
  CASE WHEN known.name IS NULL THEN 'nobody asked for it' ELSE 'it lives elsewhere' END AS mismatch,
  slice(known.resolved, 1, 3) AS resolved,
  claimed.flows,
  claimed.first_seen,
  habit.since,
  (SELECT min(ts) FROM alert) AS oldest,
  array_join(sister.sisters, ' ') AS sisters
FROM claimed
JOIN habit ON habit.sni = claimed.sni AND habit.dest_ip = claimed.dest_ip
LEFT JOIN known ON known.name = claimed.sni
LEFT JOIN sister ON sister.sni = claimed.sni AND sister.dest_ip = claimed.dest_ip
WHERE claimed.flows > 0
  AND (known.name IS NULL OR NOT contains(known.resolved, claimed.dest_ip))
  AND (known.name IS NOT NULL OR claimed.dest_ip NOT IN (SELECT address FROM secret))
  AND EXISTS (SELECT 1 FROM dns)
ORDER BY claimed.flows DESC, claimed.src_ip, claimed.sni, claimed.dest_ip
