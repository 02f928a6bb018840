#!/bin/bash
# Plays an intruder, so that there is something to hunt. It carries nothing out and breaks in nowhere: it says FTP's and
# SSH's first words to a web server, asks for odd names, calls a denied site, and opens TLS to a bare address. It talks
# to the names in /etc/inspected-egress/intruder only: example names (RFC 2606) unless the operator put in their own.
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

# Asks for names whose label is thirty random characters, the way a DNS tunnel does; the characters mean nothing.
odd_names() {
  for _ in {1..12}; do
    label=$(head -c 24 /dev/urandom | base32 --wrap 0 | tr -d = | tr '[:upper:]' '[:lower:]' | head -c 30)
    getent ahostsv4 "$label.$DOMAIN" >/dev/null
  done
  say "12 odd names below $DOMAIN"
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
  odd_names
  say "denied site $DENIED: $(curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' "https://$DENIED/")"
  bare_address
  (( round == rounds )) || sleep "$pause"
done
