#!/usr/bin/env bash
# Terraform that other people wrote parses: two source distributions from PyPI that consist of Terraform for cloud and
# machine-learning platforms. Fetched at fixed versions with pip, never committed.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for name in nebari==2025.10.1 mlstacks==0.10.0; do
  if ! python3 -m pip download --quiet --no-deps --no-binary :all: --dest "$scratch" "$name" >/dev/null 2>&1; then
    echo "skipped: $name could not be had from the Python registry"
    exit 0
  fi
done
mkdir "$scratch/read"
for archive in "$scratch"/*.tar.gz; do tar -xzf "$archive" -C "$scratch/read"; done
node dist/cli/main.js assess "$scratch/read" --format json --output "$scratch/report.json" --fail-on never --no-cache --quiet
node --input-type=module -e '
  import { readFileSync, readdirSync } from "node:fs";
  const [, folder, path] = process.argv;
  const report = JSON.parse(readFileSync(path, "utf8"));
  const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".tf"));
  const broken = new Set(report.gaps.filter(({ kind, location }) => kind === "syntax" && location.file.endsWith(".tf")).map(({ location }) => location.file));
  const resources = report.resources.filter(({ dialect }) => dialect === "terraform").length;
  console.log(`${files.length} Terraform files, ${resources} resources, ${report.gaps.length} gaps, ${report.summary.durationMs} ms`);
  for (const { kind, reason, location } of report.gaps) console.log(`  ${kind}: ${reason} (${location.file}:${location.line})`);
  if (files.length < 250 || resources < 300) throw new Error("too little was read");
  if (broken.size > files.length / 100) throw new Error(`${broken.size} files do not parse: ${[...broken].join(", ")}`);
  if (report.summary.durationMs > 60_000) throw new Error("too slow");
' "$scratch/read" "$scratch/report.json"
