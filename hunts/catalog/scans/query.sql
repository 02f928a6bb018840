-- A flow of few packets is a knock; whether it was answered is asked for those instances alone that knock at many doors.
WITH knock AS (
  SELECT src_ip, dest_ip, dest_port, count(*) AS flows, min(ts) AS first_seen, max(ts) AS last_seen
  FROM flow
  WHERE regexp_like(src_ip, :home) AND packets <= 3
  GROUP BY src_ip, dest_ip, dest_port
),
busy AS (
  SELECT src_ip FROM knock GROUP BY src_ip, dest_port HAVING count(*) >= :targets
  UNION
  SELECT src_ip FROM knock GROUP BY src_ip, dest_ip HAVING count(*) >= :targets
  UNION
  SELECT src_ip FROM knock GROUP BY src_ip HAVING count(*) >= :targets * 2
),
answered AS (
  SELECT dest_ip AS src_ip, src_ip AS dest_ip, src_port AS dest_port
  FROM flow
  WHERE regexp_like(dest_ip, :home) AND dest_ip IN (SELECT src_ip FROM busy)
  GROUP BY dest_ip, src_ip, src_port
  HAVING max(packets) > 1
),
unanswered AS (
  SELECT knock.*
  FROM knock
  LEFT JOIN answered
    ON answered.src_ip = knock.src_ip AND answered.dest_ip = knock.dest_ip AND answered.dest_port = knock.dest_port
  WHERE answered.src_ip IS NULL AND knock.src_ip IN (SELECT src_ip FROM busy)
),
-- A few ports of a few hosts each are many doors together; one port of many or many of one is told first.
door AS (
  SELECT
    unanswered.*,
    count(*) OVER (PARTITION BY src_ip, dest_port) AS hosts,
    count(*) OVER (PARTITION BY src_ip, dest_ip) AS ports
  FROM unanswered
),
-- Who looks at many sites finds some of them gone; who looks for something finds hardly anybody there.
open AS (
  SELECT src_ip, dest_port, count(*) AS hosts FROM answered GROUP BY src_ip, dest_port
)
SELECT
  unanswered.src_ip,
  CAST(unanswered.dest_port AS varchar) AS scanned,
  'one port of many hosts' AS kind,
  count(*) AS targets,
  CAST(sum(flows) AS bigint) AS flows,
  min(first_seen) AS first_seen,
  max(last_seen) AS last_seen
FROM unanswered
LEFT JOIN open ON open.src_ip = unanswered.src_ip AND open.dest_port = unanswered.dest_port
GROUP BY unanswered.src_ip, unanswered.dest_port
HAVING count(*) >= :targets AND count(*) > coalesce(max(open.hosts), 0)
UNION ALL
SELECT
  src_ip,
  dest_ip AS scanned,
  'many ports of one host' AS kind,
  count(*) AS targets,
  CAST(sum(flows) AS bigint) AS flows,
  min(first_seen) AS first_seen,
  max(last_seen) AS last_seen
FROM unanswered
GROUP BY src_ip, dest_ip
HAVING count(*) >= :targets
UNION ALL
SELECT
  src_ip,
  'several' AS scanned,
  'many ports of many hosts' AS kind,
  count(*) AS targets,
  CAST(sum(flows) AS bigint) AS flows,
  min(first_seen) AS first_seen,
  max(last_seen) AS last_seen
FROM door
GROUP BY src_ip
HAVING count(*) >= :targets * 2
  AND max(hosts) < :targets
  AND max(ports) < :targets
  AND count(DISTINCT dest_port) >= 5
  AND count(DISTINCT dest_ip) >= 5
ORDER BY targets DESC, src_ip, scanned
