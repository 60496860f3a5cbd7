#!/usr/bin/env bash
# Ledger, approvals and budgets on a real PostgreSQL: the tests that `npm test` runs on PGlite, and what only several
# connections can show. A cluster of its own in a temporary folder, on a free port of the loopback address, with a password; nothing
# of an existing cluster is touched.
set -euo pipefail
cd "$(dirname "$0")/../.."
skip() {
  echo "SKIPPED: $1"
  exit 0
}
newest() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1; }
binaries=$(newest || true)
if [ -z "$binaries" ]; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skip 'no PostgreSQL here, and no right to install Debian'"'"'s'
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql >/dev/null 2>&1 ||
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql; } >/dev/null 2>&1 ||
    skip 'the package postgresql could not be installed'
  binaries=$(newest || true)
fi
[ -n "$binaries" ] || skip 'the package postgresql brought no server'

# A server does not run as root.
as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  id postgres >/dev/null 2>&1 || skip 'there is no user postgres to run a server as'
  as_owner() { runuser -u postgres -- "$@"; }
fi
scratch=$(mktemp -d)
stop() {
  as_owner "$binaries/pg_ctl" -D "$scratch/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$scratch"
}
trap stop EXIT
password="pw-$(node -p 'crypto.randomBytes(12).toString("hex")')"
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
printf '%s' "$password" >"$scratch/password"
[ "$(id -u)" = 0 ] && chown -R postgres "$scratch"
as_owner "$binaries/initdb" -D "$scratch/data" -U postgres -A scram-sha-256 --pwfile "$scratch/password" -E UTF8 --locale C >/dev/null
as_owner "$binaries/pg_ctl" -D "$scratch/data" -w -l "$scratch/log" \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$scratch -c fsync=off" start >/dev/null ||
  { cat "$scratch/log"; exit 1; }
"$binaries/postgres" --version
DEMARC_TEST_DATABASE_URL="postgres://postgres:$password@127.0.0.1:$port/postgres" \
  npx vitest run --config test/real-postgres/vitest.config.ts
