#!/bin/bash
# Copies a file to the experiment's bucket and back, so that one can see which way S3 traffic takes and what it costs.
# Usage: copy-s3 [ROUNDS [MEBIBYTES]]    default: 50 rounds of 1 MiB
set -u

rounds=${1:-50}
size=${2:-1}
bucket=${COPY_S3_BUCKET:-$(< /etc/inspected-egress/bucket)}

usage() {
  echo "usage: copy-s3 [ROUNDS [MEBIBYTES]]   (found: '$rounds' '$size')" >&2
  exit 2
}
[[ $rounds =~ ^[1-9][0-9]*$ && $size =~ ^[1-9][0-9]*$ ]] || usage

work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT
head --bytes "${size}M" /dev/urandom > "$work/out"
key="$(hostname)/copy-s3"

failed=0
for (( round = 1; round <= rounds; round++ )); do
  started=$(date +%s%N)
  if aws s3 cp --only-show-errors "$work/out" "s3://$bucket/$key" \
    && aws s3 cp --only-show-errors "s3://$bucket/$key" "$work/back" \
    && cmp --silent "$work/out" "$work/back"; then
    result=ok
  else
    result=FAILED
    failed=1
  fi
  milliseconds=$(( ($(date +%s%N) - started) / 1000000 ))
  printf '%s round %d/%d %s %d MiB there and back in %d ms\n' \
    "$(date -u +%FT%TZ)" "$round" "$rounds" "$result" "$size" "$milliseconds"
done
aws s3 rm --only-show-errors "s3://$bucket/$key"
exit "$failed"
