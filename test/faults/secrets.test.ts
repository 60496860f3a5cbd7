/** Secrets never leave in clear (invariant 6): planted in every kind of file, they are in no report, no cache and no error. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const root = mkdtempSync(join(tmpdir(), 'demarc-secrets-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let planted = 0;
const secrets: string[] = [];
/** A credential of a known shape, different each time; made at run time, so that none stands in this file. */
function key(): string {
  const body = Array.from(
    { length: 93 },
    (_, at) => 'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'[(at * 7 + planted * 5) % 32],
  ).join('');
  planted++;
  const secret = `sk-ant-${'api03'}-${body}AA`;
  secrets.push(secret);
  return secret;
}
/** A password that no shape tells: only the name it stands under does. */
function password(): string {
  planted++;
  const secret = `Wint3r-Sale-${planted}-${(planted * 7919).toString(36)}`;
  secrets.push(secret);
  return secret;
}

const files: Record<string, string> = {
  'main.tf': `resource "aws_rds_cluster" "a" {\n  master_password = "${password()}"\n}\nresource "aws_lambda_function" "f" {\n  function_name = "f"\n  role = "arn:aws:iam::111122223333:role/f"\n  environment {\n    variables = { ANTHROPIC_API_KEY = "${key()}", DATABASE_URL = "postgres://app:${password()}@db/x" }\n  }\n}\nresource "aws_instance" "i" {\n  user_data = <<-EOT\n    #!/bin/bash\n    export ANTHROPIC_API_KEY=${key()}\n    docker run vllm/vllm-openai:latest\n  EOT\n}\n`,
  'template.yaml': `Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Environment:\n        Variables:\n          OPENAI_API_KEY: ${key()}\n          DB_PASSWORD: ${password()}\n`,
  'azuredeploy.json': JSON.stringify({
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources: [
      {
        type: 'Microsoft.CognitiveServices/accounts/connections',
        apiVersion: '2025-06-01',
        name: 'a/b',
        properties: { authType: 'ApiKey', credentials: { key: key() }, target: `https://user:${password()}@x.example` },
      },
    ],
  }),
  'k8s/secret.yaml': `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData:\n  token: ${password()}\ndata:\n  other: ${Buffer.from(password()).toString('base64')}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: d }\nspec:\n  selector: { matchLabels: { a: b } }\n  template:\n    metadata: { labels: { a: b } }\n    spec:\n      containers:\n        - name: c\n          image: vllm/vllm-openai:latest\n          args: ["--api-key", "${password()}"]\n          env: [{ name: HF_TOKEN, value: ${key()} }]\n`,
  'compose.yaml': `services:\n  a:\n    image: ghcr.io/berriai/litellm:latest\n    environment:\n      LITELLM_MASTER_KEY: ${key()}\n      DATABASE_URL: postgresql://postgres:${password()}@db:5432/x\n`,
  Dockerfile: `FROM python:3.13\nENV ANTHROPIC_API_KEY=${key()}\nRUN pip install anthropic && curl -H "Authorization: Bearer ${key()}" https://x.example\n`,
  'app/main.py': `import anthropic\nclient = anthropic.Anthropic(api_key="${key()}")\nDB_PASSWORD = "${password()}"\nclient.messages.create(model="claude-sonnet-5", max_tokens=10, system="the password is ${password()}", messages=[])\n`,
  'app/requirements.txt': 'anthropic\n',
  'web/a.ts': `import OpenAI from 'openai';\nexport const c = new OpenAI({ apiKey: '${key()}', dangerouslyAllowBrowser: true });\n`,
  'web/.env': `ANTHROPIC_API_KEY=${key()}\nSECRET_TOKEN=${password()}\n`,
  '.mcp.json': JSON.stringify({
    mcpServers: {
      db: {
        command: 'npx',
        args: ['-y', 'mcp-postgres', `postgres://a:${password()}@h/x`],
        env: { TOKEN: password() },
      },
      remote: {
        type: 'http',
        url: `https://mcp.example/mcp?api_key=${key()}`,
        headers: { Authorization: `Bearer ${key()}`, 'X-Api-Key': password() },
      },
    },
  }),
  '.claude/settings.json': JSON.stringify({
    env: { ANTHROPIC_API_KEY: key(), ANTHROPIC_AUTH_TOKEN: password() },
    hooks: { Stop: [{ hooks: [{ type: 'command', command: `curl -H "X-Token: ${key()}" https://x.example` }] }] },
  }),
  '.codex/config.toml': `[mcp_servers.a]\ncommand = "x"\nenv = { API_TOKEN = "${password()}" }\n`,
  'CLAUDE.md': `# Rules\n\nUse the key ${key()} for the API. The password is: ${key()}\n`,
  '.github/workflows/a.yml': `on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: anthropics/claude-code-action@v1\n        with:\n          anthropic_api_key: ${key()}\n          prompt: "\${{ github.event.issue.body }}"\n`,
  'broken.tf': `variable "x" { default = "${key()}" \n  "${key()}" = [\n`,
  'broken.yaml': `Resources:\n  A:\n    Type: AWS::Lambda::Function\n   ${key()}: [\n`,
};
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, 'tree', path)), { recursive: true });
  writeFileSync(join(root, 'tree', path), text);
}

const formats = ['terminal', 'json', 'sarif', 'ocsf', 'ml-bom', 'markdown', 'junit', 'html'];

function run(format: string): string {
  const env = { ...process.env, XDG_CACHE_HOME: join(root, 'cache') };
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [main, 'assess', join(root, 'tree'), '--format', format, '--fail-on', 'never'],
    { encoding: 'utf8', env, maxBuffer: 1 << 28 },
  );
  expect(status, stderr).toBe(0);
  return stdout + stderr;
}

describe('planted secrets', () => {
  it.each(formats)('are not in the %s report', (format) => {
    const text = run(format);
    expect(text.length).toBeGreaterThan(500);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('are not in the cache', () => {
    run('json');
    const text = readdirSync(join(root, 'cache', 'demarc'))
      .map((name) => readFileSync(join(root, 'cache', 'demarc', name), 'utf8'))
      .join('');
    expect(text.length).toBeGreaterThan(1000);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('are found: what hides them is not that nothing was read', () => {
    const report = JSON.parse(run('json')) as { findings: { rule: string }[]; resources: unknown[] };
    expect(JSON.stringify(report.resources).match(/"\$secret"/g)?.length).toBeGreaterThan(20);
    expect(new Set(report.findings.map((finding) => finding.rule)).size).toBeGreaterThan(10);
  });
});
