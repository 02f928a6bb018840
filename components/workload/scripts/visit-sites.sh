#!/bin/bash
# Visits every site of a list in turn, so that the firewall sees the names and this prints what came of each.
# Usage: visit-sites [ROUNDS [SECONDS]]    default: 50 rounds, a second apart
set -u

rounds=${1:-50}
pause=${2:-1}
list=${VISIT_SITES_LIST:-/etc/inspected-egress/sites}

usage() {
  echo "usage: visit-sites [ROUNDS [SECONDS]]   (found: '$rounds' '$pause')" >&2
  exit 2
}
[[ $rounds =~ ^[1-9][0-9]*$ && $pause =~ ^[0-9]+(\.[0-9]+)?$ ]] || usage
mapfile -t sites < <(grep -v '^[[:space:]]*\(#\|$\)' "$list")
if (( ${#sites[@]} == 0 )); then
  echo "visit-sites: no site in $list" >&2
  exit 1
fi

for (( round = 1; round <= rounds; round++ )); do
  for site in "${sites[@]}"; do
    # 000 is what a flow that the firewall dropped or rejected looks like from here.
    code=$(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' -- "$site")
    printf '%s round %d/%d %s %s\n' "$(date -u +%FT%TZ)" "$round" "$rounds" "$code" "$site"
  done
  (( round == rounds )) || sleep "$pause"
done
