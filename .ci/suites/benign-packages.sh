#!/usr/bin/env bash
# Published packages that use AI libraries give no finding but the reviewed ones. Needs the npm registry.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
node --input-type=module -e '
  import { readFileSync } from "node:fs";
  import { parse } from "yaml";
  for (const name of parse(readFileSync("test/benign/reviewed-packages.yaml", "utf8")).packages) console.log(name);
' >"$scratch/packages"
while read -r name; do
  folder="$scratch/read/${name//\//__}"
  mkdir -p "$folder" "$scratch/packed"
  if ! npm pack --silent --pack-destination "$scratch/packed" "$name" >/dev/null 2>&1; then
    echo "skipped: $name could not be had from the registry"
    exit 0
  fi
  tar -xzf "$scratch"/packed/*.tgz -C "$folder" --strip-components=1
  rm -f "$scratch"/packed/*.tgz
  # Build output is what a package consists of; its usual folder is never read.
  for built in dist build target; do
    [ -d "$folder/$built" ] && mv "$folder/$built" "$folder/published-$built"
  done
  node dist/cli/main.js assess "$folder" --format json --output "$scratch/${name//\//__}.json" --fail-on never --no-cache --quiet
done <"$scratch/packages"
node test/benign/judge-packages.mjs "$scratch"
