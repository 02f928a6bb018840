-- One row a query that the resolver did not answer from its cache. Names lose their trailing dot.
SELECT
  try(cast(to_unixtime(from_iso8601_timestamp(query_timestamp)) AS bigint)) AS ts,
  vpc_id AS vpc_id,
  lower(CASE WHEN query_name LIKE '%.' THEN substr(query_name, 1, length(query_name) - 1) ELSE query_name END) AS name,
  -- As it was asked: some encodings live on capital letters.
  CASE WHEN query_name LIKE '%.' THEN substr(query_name, 1, length(query_name) - 1) ELSE query_name END AS asked,
  query_type AS type,
  rcode AS rcode,
  -- IPv6 in full, as the firewall's log has it: the resolver writes it short: `::` stands for as many
  -- groups of zeros as there are colons too few.
  transform(
    answers,
    a -> CASE WHEN regexp_like(a.rdata, '^[0-9A-Fa-f]*:[0-9A-Fa-f:]*$')
      THEN array_join(transform(split(replace(regexp_replace(regexp_replace(lower(a.rdata), '^::', '0::'), '::$', '::0'), '::', ':' || substr('0:0:0:0:0:0:', 1, 16 - 2 * (length(a.rdata) - length(replace(a.rdata, ':', ''))))), ':'), g -> lpad(g, 4, '0')), ':')
      ELSE a.rdata
    END
  ) AS addresses,
  CASE WHEN regexp_like(srcaddr, '^[0-9A-Fa-f]*:[0-9A-Fa-f:]*$')
    THEN array_join(transform(split(replace(regexp_replace(regexp_replace(lower(srcaddr), '^::', '0::'), '::$', '::0'), '::', ':' || substr('0:0:0:0:0:0:', 1, 16 - 2 * (length(srcaddr) - length(replace(srcaddr, ':', ''))))), ':'), g -> lpad(g, 4, '0')), ':')
    ELSE srcaddr
  END AS src_ip,
  srcids.instance AS instance,
  firewall_rule_action AS action,
  firewall_domain_list_id AS domain_list,
  query_timestamp AS logged_at,
  srcport AS src_port,
  query_name AS event_type
FROM raw
