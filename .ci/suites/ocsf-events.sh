#!/usr/bin/env bash
# The digest of OCSF 1.8.0 that the tests validate feeds' events with is what the compiled schema gives (PyPI, fixed version).
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! python3 -m pip install --quiet --disable-pip-version-check --target "$scratch/python" ocsf-json-schema==1.2.0 >/dev/null 2>&1; then
  echo 'skipped: ocsf-json-schema could not be had from the Python registry'
  exit 0
fi
PYTHONPATH="$scratch/python" python3 tools/schemas/ocsf.py "$scratch/events.json"
cmp "$scratch/events.json" test/vectors/ocsf/events-1.8.0.schema.json
npx vitest run src/feed/mappings.test.ts
