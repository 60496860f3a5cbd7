#!/usr/bin/env bash
# Servers in real sandboxes: escapes that are tried inside bubblewrap, limits, ends, and two servers of npm that work there.
# Installs Debian's package `bubblewrap` where it is missing; where that, or a user namespace, cannot be had, nothing is run.
set -euo pipefail
cd "$(dirname "$0")/../.."
skip() {
  echo "SKIPPED: $1"
  exit 0
}
[ "$(uname -s)" = Linux ] || skip 'sandboxes are for Linux'
if ! command -v bwrap >/dev/null; then
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skip 'no bubblewrap here, and no right to install it'
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends bubblewrap >/dev/null 2>&1 ||
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends bubblewrap; } >/dev/null 2>&1 ||
    skip 'the package bubblewrap could not be installed'
fi
bwrap --version
bwrap --unshare-user --unshare-net --ro-bind / / true 2>/dev/null || skip 'no user namespaces here'

# Not below /tmp, which is another inside; readable for whoever the servers run as.
scratch=$(mktemp -d /var/tmp/demarc-servers-XXXXXX)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
servers=(@modelcontextprotocol/server-filesystem@2026.8.31 @modelcontextprotocol/server-memory@2026.8.31)
(
  umask 022
  cd "$scratch"
  echo '{ "private": true }' >package.json
  npm install --ignore-scripts --no-audit --no-fund "${servers[@]}" >/dev/null
  npm pack --silent "${servers[@]}" >/dev/null
)
export DEMARC_TEST_MCP_SERVERS=$scratch
npx vitest run --config test/real-sandbox/vitest.config.ts
# Once more as an ordinary user, where the first time was as root: sandboxes differ in who makes them.
if [ "$(id -u)" = 0 ] && runuser -u nobody -- test -r package.json -a -r node_modules/vitest/vitest.mjs; then
  mkdir "$scratch/home"
  chown -R nobody "$scratch"
  runuser -u nobody -- env HOME="$scratch/home" TMPDIR="$scratch/home" \
    node node_modules/vitest/vitest.mjs run --configLoader runner --config test/real-sandbox/vitest.config.ts
fi
