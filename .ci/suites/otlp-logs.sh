#!/usr/bin/env bash
# What feeds send over OTLP parses with OpenTelemetry's own protobuf definitions (PyPI, fixed version).
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! python3 -m pip install --quiet --disable-pip-version-check --target "$scratch/python" opentelemetry-proto==1.45.2 >/dev/null 2>&1; then
  echo 'skipped: opentelemetry-proto could not be had from the Python registry'
  exit 0
fi
npx tsx test/real/feeds/otlp-body.mjs >"$scratch/body.json"
PYTHONPATH="$scratch/python" python3 test/real/feeds/read-otlp.py "$scratch/body.json"
