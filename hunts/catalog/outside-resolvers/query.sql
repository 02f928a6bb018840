-- A row also of the baseline, with no flows: the last step looks what is old, and who has always had new ones.
WITH logs AS (
  SELECT min(ts) AS oldest FROM alert
  UNION ALL
  SELECT min(ts) AS oldest FROM flow
)
SELECT
  src_ip,
  resolver,
  how,
  count(DISTINCT CASE WHEN ts >= :start THEN flow_id END) AS flows,
  min(CASE WHEN ts >= :start THEN ts END) AS first_seen,
  max(ts) AS last_seen,
  min(ts) AS since,
  (SELECT min(oldest) FROM logs) AS oldest
FROM (
  SELECT
    ts,
    flow_id,
    src_ip,
    CASE WHEN dest_port IN (53, 853) OR app_proto = 'dns' THEN dest_ip ELSE coalesce(sni, dest_ip) END AS resolver,
    CASE
      WHEN dest_port = 853 THEN 'DNS over TLS or QUIC'
      WHEN dest_port = 53 THEN 'DNS'
      WHEN app_proto = 'dns' THEN 'DNS on another port'
      WHEN regexp_like(sni, '(^|[.])(dns[.]google|cloudflare-dns[.]com|one[.]one[.]one[.]one|quad9[.]net|doh[.]opendns[.]com|dns[.]nextdns[.]io|adguard-dns[.]com|cleanbrowsing[.]org)$')
        THEN 'DNS over HTTPS'
      WHEN dest_port = 443 AND sni IS NULL AND strpos(',' || :public || ',', ',' || dest_ip || ',') > 0 THEN 'DNS over HTTPS'
    END AS how
  FROM (
    SELECT ts, flow_id, src_ip, dest_ip, dest_port, app_proto, sni FROM alert
    UNION ALL
    SELECT ts, flow_id, src_ip, dest_ip, dest_port, app_proto, CAST(NULL AS varchar) AS sni
    FROM flow
    WHERE regexp_like(src_ip, :home) AND (dest_port IN (53, 853) OR app_proto = 'dns')
  ) AS observed
  WHERE regexp_like(src_ip, :home) AND NOT regexp_like(dest_ip, :home)
) AS asked
WHERE how IS NOT NULL
GROUP BY src_ip, resolver, how
ORDER BY flows DESC, src_ip, resolver, how
