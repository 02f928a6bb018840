SELECT named.src_ip, named.destination, count(DISTINCT named.flow_id) AS flows, CAST(sum(flow.bytes) AS bigint) AS bytes
FROM (
  SELECT firewall, flow_id, min(src_ip) AS src_ip, min(coalesce(sni, host)) AS destination
  FROM alert
  WHERE regexp_like(coalesce(sni, host), '(^|[.])s3([.-][a-z0-9-]+)*[.]amazonaws[.]com(|[.]cn)$')
    AND regexp_like(src_ip, :home)
  GROUP BY firewall, flow_id
) AS named
JOIN flow ON flow.flow_id = named.flow_id AND flow.firewall = named.firewall
WHERE flow.src_ip = named.src_ip OR flow.dest_ip = named.src_ip
GROUP BY named.src_ip, named.destination
ORDER BY bytes DESC, named.src_ip, named.destination
