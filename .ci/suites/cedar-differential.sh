#!/usr/bin/env bash
# Our Cedar evaluator against Cedar's own (cedar-wasm) on random policies and requests, with a fresh seed each run: the same
# decisions, reasons and errors. `--requests 1000000` asks that many; CI asks as many as fit in its time. `--seed` repeats a run.
set -euo pipefail
cd "$(dirname "$0")/../.."
requests=250000
seed=$((RANDOM * 32768 + RANDOM))
while [ $# -gt 0 ]; do
  case $1 in
    --requests) requests=$2 ;;
    --seed) seed=$2 ;;
    *) echo "usage: $0 [--requests <n>] [--seed <n>]"; exit 2 ;;
  esac
  shift 2
done
echo "seed $seed, $requests requests"
half=$((requests / 2))
# V8 of Node 20 can crash where hot code calls WebAssembly inline ("unreachable code" in the deoptimiser), as
# src/app/inline-wasm.ts says, which this suite does without.
options=(--import tsx)
node --v8-options | grep -q -- '--turbo-inline-js-wasm-calls' && options+=(--no-turbo-inline-js-wasm-calls)
out=$(mktemp)
trap 'rm -f "$out"' EXIT
node "${options[@]}" .ci/suites/cedar-differential/run.ts --seed "$seed" --requests "$half" >"$out" &
other=$!
status=0
# Sets of one process take the seeds from its own on: far enough apart that none is asked twice.
node "${options[@]}" .ci/suites/cedar-differential/run.ts --seed $((seed + 1000000000)) --requests $((requests - half)) || status=1
wait "$other" || status=1
cat "$out"
exit $status
