#!/usr/bin/env bash
# Templates synthesised by the real aws-cdk-lib are read without a gap. Needs aws-cdk-lib from npm, installed here.
set -euo pipefail
if ! (cd test/real/cdk && npm ci --no-audit --no-fund --ignore-scripts >/dev/null 2>&1 || npm install --no-audit --no-fund --ignore-scripts >/dev/null 2>&1); then
  echo 'skipped: aws-cdk-lib could not be installed'
  exit 0
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
(cd test/real/cdk && node synth.mjs "$out")
node dist/cli/main.js assess "$out" --format json --output "$out/report.json" --fail-on never --no-cache
node -e '
  const report = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
  const types = new Set(report.resources.map((resource) => resource.type));
  for (const type of ["AWS::Bedrock::Agent", "AWS::Lambda::Function", "AWS::S3::Bucket", "AWS::IAM::Role"]) if (!types.has(type)) throw new Error(`no ${type}`);
  if (report.gaps.length > 0) throw new Error(JSON.stringify(report.gaps));
  console.log(report.summary);
' "$out/report.json"
