-- One row a query that the resolver did not answer from its cache. Names lose their trailing dot.
SELECT
  try(cast(to_unixtime(from_iso8601_timestamp(query_timestamp)) AS bigint)) AS ts,
  vpc_id AS vpc_id,
  regexp_replace(lower(query_name), '\.$', '') AS name,
  -- As it was asked: some encodings live on capital letters.
  regexp_replace(query_name, '\.$', '') AS asked,
  query_type AS type,
  rcode AS rcode,
  transform(answers, a -> a.rdata) AS addresses,
  srcaddr AS src_ip,
  srcids.instance AS instance,
  firewall_rule_action AS action,
  firewall_domain_list_id AS domain_list,
  query_timestamp AS logged_at,
  srcport AS src_port,
  query_name AS event_type
FROM raw
