-- One row a suspect, with the times of its contacts; then who else was where, for what has the last two labels in common or, of addresses, the network.
WITH visit AS (
  SELECT
    src_ip,
    coalesce(CASE WHEN hides IS NULL THEN sni END, host, dest_ip) AS destination,
    dest_port,
    dest_ip,
    count(*) AS records,
    min(ts) AS first_seen,
    max(ts) AS last_seen
  FROM alert
  WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
  GROUP BY src_ip, coalesce(CASE WHEN hides IS NULL THEN sni END, host, dest_ip), dest_port, dest_ip
),
-- FLOW has both directions; only the way out goes again and again to the same port.
stream AS (
  SELECT
    src_ip,
    dest_ip,
    dest_port,
    count(*) AS records,
    min(ts - age) AS first_seen,
    max(ts - age) AS last_seen,
    avg(CAST(bytes AS double)) AS bytes_each
  FROM flow
  WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home) AND NOT (app_proto = 'ntp' AND bytes < 1000)
  GROUP BY src_ip, dest_ip, dest_port
),
asked AS (
  SELECT src_ip, name, count(*) AS records, min(ts) AS first_seen, max(ts) AS last_seen
  FROM dns
  WHERE NOT regexp_like(name, '(^|[.])(internal|arpa|local)$')
  GROUP BY src_ip, name
),
-- A name whose address the instance then talks to is no beacon in DNS: its look-ups are as regular as the cache is short.
visited AS (
  SELECT src_ip, destination FROM visit
  UNION
  SELECT answer.src_ip, answer.name AS destination
  FROM (SELECT src_ip, name, address FROM dns CROSS JOIN UNNEST(addresses) AS listed (address)) AS answer
  JOIN stream ON stream.src_ip = answer.src_ip AND stream.dest_ip = answer.address
),
visitor AS (
  SELECT
    'alert' AS log,
    src_ip,
    destination,
    dest_port,
    CAST(sum(records) AS bigint) AS records,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen,
    max(dest_ip) AS dest_ip
  FROM visit
  GROUP BY src_ip, destination, dest_port
  UNION ALL
  SELECT 'flow' AS log, src_ip, dest_ip AS destination, dest_port, records, first_seen, last_seen, dest_ip
  FROM stream
  WHERE NOT EXISTS (SELECT 1 FROM visit WHERE visit.src_ip = stream.src_ip AND visit.dest_ip = stream.dest_ip)
  UNION ALL
  SELECT 'dns' AS log, src_ip, name AS destination, 53 AS dest_port, records, first_seen, last_seen, CAST(NULL AS varchar) AS dest_ip
  FROM asked
  WHERE NOT EXISTS (SELECT 1 FROM visited WHERE visited.src_ip = asked.src_ip AND visited.destination = asked.name)
),
pair AS (
  SELECT
    visitor.*,
    CASE WHEN regexp_like(destination, '^[0-9.]+$|:')
      THEN regexp_extract(destination, '^([0-9]+[.][0-9]+[.][0-9]+|[0-9a-f]+:[0-9a-f]+:[0-9a-f]+)')
      ELSE regexp_extract(destination, '[^.]+[.][^.]+$')
    END AS ending
  FROM visitor
),
-- What many of the fleet contact is the fleet's own software.
shared AS (
  SELECT destination
  FROM pair
  GROUP BY destination
  HAVING count(DISTINCT src_ip) > 2 AND count(DISTINCT src_ip) > :shared * (SELECT count(DISTINCT src_ip) FROM pair)
),
suspect AS (
  SELECT *
  FROM pair
  WHERE records >= 3 AND last_seen >= :start AND destination NOT IN (SELECT destination FROM shared)
),
-- Moments are told apart while DuckDB can still put them on disk: a list it must have in memory, so that is made of numbers.
contact AS (
  SELECT suspect.log, suspect.src_ip, suspect.destination, suspect.dest_port, min(seen.ts) AS at
  FROM (
    SELECT ts, flow_id, src_ip, coalesce(CASE WHEN hides IS NULL THEN sni END, host, dest_ip) AS destination, dest_port
    FROM alert
    WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home) AND ts >= :start
  ) AS seen
  JOIN suspect
    ON suspect.log = 'alert'
    AND suspect.src_ip = seen.src_ip
    AND suspect.destination = seen.destination
    AND suspect.dest_port = seen.dest_port
  GROUP BY suspect.log, suspect.src_ip, suspect.destination, suspect.dest_port, seen.flow_id
  UNION
  SELECT suspect.log, suspect.src_ip, suspect.destination, suspect.dest_port, seen.ts - seen.age AS at
  FROM (
    SELECT ts, age, src_ip, dest_ip, dest_port
    FROM flow
    WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home) AND ts >= :start
  ) AS seen
  JOIN suspect
    ON suspect.log = 'flow'
    AND suspect.src_ip = seen.src_ip
    AND suspect.destination = seen.dest_ip
    AND suspect.dest_port = seen.dest_port
  UNION
  SELECT suspect.log, suspect.src_ip, suspect.destination, suspect.dest_port, seen.ts AS at
  FROM (SELECT ts, src_ip, name FROM dns WHERE ts >= :start) AS seen
  JOIN suspect ON suspect.log = 'dns' AND suspect.src_ip = seen.src_ip AND suspect.destination = seen.name
)
SELECT
  suspect.log,
  suspect.src_ip,
  suspect.destination,
  suspect.dest_port,
  suspect.first_seen,
  (SELECT min(first_seen) FROM pair) AS oldest,
  (SELECT count(DISTINCT src_ip) FROM pair) AS fleet,
  max(stream.bytes_each) AS bytes_each,
  array_join(transform(array_agg(contact.at), moment -> CAST(moment AS varchar)), ' ') AS times
FROM suspect
JOIN contact
  ON contact.log = suspect.log
  AND contact.src_ip = suspect.src_ip
  AND contact.destination = suspect.destination
  AND contact.dest_port = suspect.dest_port
LEFT JOIN stream
  ON stream.src_ip = suspect.src_ip
  AND stream.dest_ip = suspect.dest_ip
  AND stream.dest_port = suspect.dest_port
GROUP BY suspect.log, suspect.src_ip, suspect.destination, suspect.dest_port, suspect.first_seen
UNION ALL
SELECT
  'beside' AS log,
  src_ip,
  destination,
  dest_port,
  first_seen,
  CAST(NULL AS bigint) AS oldest,
  CAST(NULL AS bigint) AS fleet,
  CAST(NULL AS double) AS bytes_each,
  CAST(NULL AS varchar) AS times
FROM pair
WHERE ending IN (SELECT ending FROM suspect)
