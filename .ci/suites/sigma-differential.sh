#!/usr/bin/env bash
# The detection pack and random streams of events against RSigma, a Sigma evaluator somebody else wrote (MIT, from
# crates.io): both must say the same. Skipped without cargo or its registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v cargo >/dev/null || { echo 'SKIPPED: no cargo on this machine'; exit 0; }
target="${XDG_CACHE_HOME:-$HOME/.cache}/demarc-ci/sigma-differential"
mkdir -p "$target"
if ! cargo build --quiet --release --locked --manifest-path .ci/suites/sigma-differential/Cargo.toml --target-dir "$target" 2>"$target/log"; then
  grep -qiE 'failed to (get|download|fetch)|network|registry|rustc .* is not supported' "$target/log" && { echo 'SKIPPED: the crates cannot be had or need a newer Rust'; exit 0; }
  tail -n 20 "$target/log"; exit 1
fi
streams=$(mktemp -d)
trap 'rm -rf "$streams"' EXIT
npx tsx .ci/suites/sigma-differential/streams.ts write "$streams" 400
for stream in "$streams"/*.jsonl; do
  "$target/release/sigma-differential" detections/*/rule.yml <"$stream" >"$stream.out"
done
npx tsx .ci/suites/sigma-differential/streams.ts compare "$streams"
