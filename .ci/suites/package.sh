#!/usr/bin/env bash
# The package installs and runs elsewhere: pack, install into an empty project, assess a folder.
set -euo pipefail
here=$(pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
npm run --silent build
npm pack --silent --pack-destination "$scratch" >/dev/null
cd "$scratch"
npm init -y >/dev/null
npm install --no-audit --no-fund --ignore-scripts ./demarc-*.tgz >/dev/null
npx demarc --version
mkdir sample
cp -r "$here/examples/acme-support/." sample/
npx demarc assess sample --format json --output out.json --fail-on never
node -e '
  const report = JSON.parse(require("node:fs").readFileSync("out.json", "utf8"));
  for (const key of ["demarc", "resources", "findings", "workloads", "responsibilities", "gaps", "summary"]) if (!(key in report)) throw new Error(`no ${key}`);
  if (report.findings.length < 20 || report.workloads.length < 3) throw new Error("too little was found");
  console.log(report.summary);
'
