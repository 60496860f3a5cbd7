#!/usr/bin/env bash
# The keys of agents' settings files agree with what the vendors publish. Needs the npm registry. Claude Code declares its
# settings in the SDK's types; the packages of the other clients hold no schema of theirs.
set -euo pipefail
version=0.3.329
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
if ! npm pack --silent --pack-destination "$scratch" "@anthropic-ai/claude-agent-sdk@$version" >/dev/null 2>&1; then
  echo 'skipped: @anthropic-ai/claude-agent-sdk could not be had from the registry'
  exit 0
fi
tar -xzf "$scratch"/*.tgz -C "$scratch"
npx tsx test/real/settings/compare-claude-code.mjs "$scratch/package/sdk.d.ts"
