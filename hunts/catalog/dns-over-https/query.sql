-- The bands are sums, not figures of somebody's network. A packet that only acknowledges has 54 to 80 bytes. A question of 40 bytes, or of
-- 128 where it is padded (RFC 8467), becomes 130 to 300 with HTTP/2, TLS 1.3, TCP and IP around it, an answer (padded: 468) 160 to 650.
-- Between a mean of the two lies what a connection carries; a handshake's certificates come on top of the way back. An answer repeats its
-- question (RFC 1035, 4.1.1) and adds to it: without the 66 bytes of a packet's headers no less comes back than went out.
WITH away AS (
  SELECT flow_id, src_ip, src_port, dest_ip, app_proto, packets, bytes, ts, age
  FROM flow
  WHERE dest_port = :port
    AND app_proto IN ('tls', 'quic')
    AND ts >= :start
    AND regexp_like(src_ip, :home)
    AND NOT regexp_like(dest_ip, :home)
    AND packets >= :packets
    AND bytes BETWEEN packets * 60 AND packets * 260
),
back AS (
  SELECT flow_id, src_ip, dest_ip, dest_port, packets, bytes
  FROM flow
  WHERE src_port = :port AND ts >= :start AND packets >= :packets AND bytes BETWEEN packets * 70 AND packets * 600
),
shaped AS (
  SELECT DISTINCT away.*, back.packets AS packets_back, back.bytes AS bytes_back, away.ts - away.age AS began
  FROM away
  JOIN back
    ON back.flow_id = away.flow_id
    AND back.src_ip = away.dest_ip
    AND back.dest_ip = away.src_ip
    AND back.dest_port = away.src_port
  WHERE back.packets BETWEEN away.packets * 0.5 AND away.packets * 2 AND back.bytes <= away.bytes * 6
    AND back.bytes - back.packets * 66 >= away.bytes - away.packets * 66
),
-- Who asks the VPC's resolver at all, and since when: elsewhere it may not be logged, or the answer lay in a cache.
asks AS (
  SELECT src_ip, min(ts) AS since
  FROM dns
  GROUP BY src_ip
),
answered AS (
  SELECT address, min(name) AS name
  FROM dns CROSS JOIN UNNEST(addresses) AS listed (address)
  WHERE address IS NOT NULL
  GROUP BY address
),
contact AS (
  SELECT
    src_ip,
    dest_ip,
    regexp_extract(dest_ip, '^([0-9]+[.][0-9]+[.][0-9]+|[0-9a-f]+:[0-9a-f]+:[0-9a-f]+)') AS network,
    min(ts - age) AS first_seen,
    min(ts) AS since
  FROM flow
  WHERE dest_port IN (80, 443, :port)
    AND app_proto IN ('tls', 'quic', 'http')
    AND regexp_like(src_ip, :home)
    AND NOT regexp_like(dest_ip, :home)
  GROUP BY src_ip, dest_ip
),
-- What many of the fleet contact is the fleet's own software.
shared AS (
  SELECT dest_ip
  FROM contact
  GROUP BY dest_ip
  HAVING count(DISTINCT src_ip) > 2 AND count(DISTINCT src_ip) > :shared * (SELECT count(DISTINCT src_ip) FROM contact)
),
-- Since when anybody goes where it is; no longer prefixes (/24, of IPv6 /48) are routed between networks.
known AS (
  SELECT network, min(since) AS since FROM contact GROUP BY network
),
pair AS (
  SELECT
    src_ip,
    dest_ip,
    count(*) AS connections,
    CAST(sum(packets) AS bigint) AS exchanges,
    sum(CAST(bytes AS double)) / sum(packets) AS mean_out,
    sum(CAST(bytes_back AS double)) / sum(packets_back) AS mean_back,
    CAST(sum(age) AS bigint) AS seconds,
    min(began) AS began,
    max(ts) AS last_seen
  FROM shaped
  WHERE dest_ip NOT IN (SELECT dest_ip FROM shared)
  GROUP BY src_ip, dest_ip
),
stranger AS (
  SELECT pair.src_ip, pair.dest_ip, count(DISTINCT contact.dest_ip) AS strangers
  FROM pair
  JOIN contact
    ON contact.src_ip = pair.src_ip
    AND contact.dest_ip <> pair.dest_ip
    AND contact.first_seen >= pair.began
  WHERE contact.dest_ip NOT IN (SELECT address FROM answered) AND contact.dest_ip NOT IN (SELECT dest_ip FROM shared)
  GROUP BY pair.src_ip, pair.dest_ip
),
judged AS (
  SELECT
    pair.*,
    answered.name AS name,
    coalesce(asks.since <= pair.began, false) AND answered.address IS NULL AS unasked,
    CASE WHEN asks.since <= pair.began THEN coalesce(stranger.strangers, 0) ELSE 0 END AS strangers
  FROM pair
  LEFT JOIN asks ON asks.src_ip = pair.src_ip
  LEFT JOIN answered ON answered.address = pair.dest_ip
  LEFT JOIN stranger ON stranger.src_ip = pair.src_ip AND stranger.dest_ip = pair.dest_ip
)
SELECT
  judged.src_ip,
  coalesce(judged.name, judged.dest_ip) AS destination,
  judged.dest_ip,
  judged.connections,
  judged.exchanges,
  CAST(round(judged.mean_out) AS bigint) AS bytes_out_each,
  CAST(round(judged.mean_back) AS bigint) AS bytes_back_each,
  judged.seconds,
  CASE
    WHEN judged.unasked AND judged.strangers >= :strangers
      THEN 'the resolver gave nobody its address, nor those of ' || CAST(judged.strangers AS varchar) || ' others visited since'
    WHEN judged.unasked THEN 'the resolver gave nobody its address'
    WHEN judged.strangers >= :strangers
      THEN CAST(judged.strangers AS varchar) || ' addresses visited since that the resolver gave nobody'
    ELSE 'by its shape alone'
  END AS why,
  contact.first_seen,
  judged.last_seen,
  known.since,
  (SELECT count(DISTINCT src_ip) FROM contact) AS fleet,
  (SELECT min(since) FROM known) AS oldest
FROM judged
JOIN contact ON contact.src_ip = judged.src_ip AND contact.dest_ip = judged.dest_ip
JOIN known ON known.network = contact.network
WHERE judged.unasked OR judged.strangers >= :strangers OR :alone = 1
