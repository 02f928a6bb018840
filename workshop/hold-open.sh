#!/bin/bash
# Opens one connection and says a word a second on it, until nobody answers any more.
# Usage: hold-open.sh HOST PORT
set -u

exec 3<>"/dev/tcp/$1/$2" || exit 1
printf 'SSH-2.0-hold-open\r\n' >&3
for (( second = 1; second <= 90; second++ )); do
  echo "word $second" >&3
  read -r -t 3 -u 3 _ || { echo "$(date -u +%T) nobody answers"; exit 0; }
  echo "$(date -u +%T) answered"
  sleep 1
done
