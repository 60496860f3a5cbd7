#!/usr/bin/env bash
# The ledger on an S3-compatible server that others wrote, with conditional writes and Object Lock: moto's, from PyPI at a
# fixed version, on a free port of the loopback address.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=5.2.5
skip() {
  echo "skipped: $1"
  exit 0
}
scratch=$(mktemp -d)
server=
stop() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$scratch"
}
trap stop EXIT
python3 -m venv "$scratch/venv" >/dev/null 2>&1 || skip 'no Python with venv here'
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check "moto[server,s3]==$version" >/dev/null 2>&1 ||
  skip "moto $version could not be had from the Python registry"
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"$scratch/venv/bin/moto_server" -H 127.0.0.1 -p "$port" >"$scratch/log" 2>&1 &
server=$!
url="http://127.0.0.1:$port"
for _ in $(seq 100); do
  curl --silent --output /dev/null --max-time 2 "$url" && break
  kill -0 "$server" 2>/dev/null || { cat "$scratch/log"; exit 1; }
  sleep 0.2
done
DEMARC_TEST_S3_URL=$url npx vitest run --config test/real-object-store/vitest.config.ts
