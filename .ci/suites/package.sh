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
# The ledger library, as an installed package offers it: makes and verifies a receipt, and reaches nothing but its own
# files and node:crypto.
cat > ledger.mjs <<'JS'
import { readFileSync } from 'node:fs';
import * as ledger from 'demarc/ledger';
const signer = ledger.ed25519Signer('log.example', Buffer.alloc(32, 1));
const entries = Array.from({ length: 300 }, (_, at) => Buffer.from(`entry ${at}`));
const tree = new ledger.TileTree();
for (const entry of entries) tree.append(ledger.leafHash(entry));
const files = new Map([...tree.takeFull(), ...tree.partials()].map(({ path, data }) => [path, data]));
const checkpoint = ledger.signCheckpoint({ origin: 'log.example', size: tree.size, root: tree.root() }, signer);
const tiles = new ledger.TileReader({ read: async (path) => files.get(path) }, tree.size);
const receipt = ledger.formatReceipt({ index: 7, hashes: await ledger.inclusionProof(tiles, 7), checkpoint });
ledger.verifyReceipt(ledger.parseReceipt(receipt), entries[7], ledger.policyOfLog(signer.verifier));
const reached = new Set();
const visit = (url) => {
  if (reached.has(url.href)) return;
  reached.add(url.href);
  for (const [, name] of readFileSync(url, 'utf8').matchAll(/(?:from|import\()\s*["']([^"']+)["']/g))
    if (name.startsWith('.')) visit(new URL(name, url));
    else if (name !== 'node:crypto') throw new Error(`${url.pathname} reaches ${name}`);
};
visit(new URL(import.meta.resolve('demarc/ledger')));
const outside = [...reached].filter((href) => !/\/dist\/(?:ledger|base)\/[\w-]+\.js$/.test(href));
if (outside.length > 0 || reached.size < 10) throw new Error(`reached: ${outside.join(', ')}`);
console.log(`demarc/ledger: ${reached.size} files`);
JS
node ledger.mjs
cat > ledger.mts <<'TS'
import { type LogFiles, type LogVerification, parseVerifierKey, verifyLog } from 'demarc/ledger';
const files: LogFiles = { read: async () => undefined };
export const result: Promise<LogVerification> = verifyLog({ files, key: parseVerifierKey('') });
TS
node "$here/node_modules/typescript/bin/tsc" --noEmit --strict --module nodenext --target es2023 --lib es2023 --typeRoots "$here/node_modules/@types" --types node ledger.mts
