#!/usr/bin/env bash
# Published MCP servers are started, listed, scanned, pinned and compared: no false alarm, nothing that is not as it was pinned. Needs
# the npm registry; what was installed once is kept in a cache folder. Packages are installed without their install scripts.
set -euo pipefail
cache="${DEMARC_MCP_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci/mcp-servers}"
mkdir -p "$cache"
node -e '
  const servers = JSON.parse(require("node:fs").readFileSync("test/real/mcp-servers/servers.json", "utf8"));
  for (const [name, { version }] of Object.entries(servers)) console.log(`${name}@${version}`);
' >"$cache/wanted"
if ! cmp -s "$cache/wanted" "$cache/installed"; then
  mapfile -t wanted <"$cache/wanted"
  if ! npm install --prefix "$cache" --ignore-scripts --no-audit --no-fund --no-save "${wanted[@]}" >/dev/null 2>&1; then
    echo 'skipped: the servers could not be had from the registry'
    exit 0
  fi
  cp "$cache/wanted" "$cache/installed"
fi
node test/real/mcp-servers/check.mjs "$cache"
