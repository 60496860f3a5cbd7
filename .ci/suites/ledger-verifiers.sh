#!/usr/bin/env bash
# The ledger and verifiers that others wrote agree: Tessera's fsck, golang.org/x/mod/sumdb, torchwood's receipts and its
# witness. Built from source at pinned versions; nothing of them is committed. See ledger-verifiers/run.ts.
set -euo pipefail
cd "$(dirname "$0")/ledger-verifiers"
if ! command -v go >/dev/null; then
  echo 'SKIPPED: no Go on this machine'
  exit 0
fi
cache="${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci/ledger-verifiers"
mkdir -p "$cache/bin"
export GOFLAGS=-mod=readonly GOTOOLCHAIN=local GOCACHE="$cache/build"
if ! go mod download 2>"$cache/download.log"; then
  echo "SKIPPED: the Go modules cannot be had here: $(tail -n 1 "$cache/download.log")"
  exit 0
fi
go build -o "$cache/bin/verifiers" .
go build -o "$cache/bin/" filippo.io/torchwood/cmd/litewitness
tessera=$(go list -m -f '{{.Dir}}' github.com/transparency-dev/tessera)
npx tsx run.ts "$cache/bin" "$tessera/testdata/log"
