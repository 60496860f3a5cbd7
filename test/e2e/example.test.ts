/** The example, end to end and in process: what it obviously gets wrong is found, and what belongs together is joined. */
import { beforeAll, describe, expect, it } from 'vitest';
import { assess } from '../../src/app/assess.ts';
import { defaultConfig } from '../../src/app/config.ts';
import { loadMeanings, loadRules, readData } from '../../src/app/data.ts';
import { nodeFiles } from '../../src/app/node-ports.ts';
import { makeCollectors } from '../../src/app/wire.ts';
import { reviveCatalogue } from '../../src/catalogue/catalogue.ts';
import type { Assessment } from '../../src/model/assessment.ts';
import type { Workload } from '../../src/model/graph.ts';

const root = new URL('../../examples/acme-support', import.meta.url).pathname;
let assessment: Assessment;

beforeAll(async () => {
  assessment = await assess({
    version: '0.0.0',
    files: nodeFiles,
    clock: { now: () => Date.parse('2026-11-21T08:00:00Z'), monotonic: () => 0 },
    catalogue: reviveCatalogue(readData('catalogue.json')),
    meanings: loadMeanings(),
    rules: loadRules(),
    collectors: makeCollectors(),
    config: defaultConfig,
    root,
    starts: [''],
    named: ['examples/acme-support'],
    baseline: new Set(),
    cache: undefined,
    onProgress: undefined,
  });
});

/** The workload that holds the resource. */
function workloadOf(resource: string): Workload {
  const found = assessment.workloads.filter(({ resources }) => resources.includes(resource));
  expect(found, `workloads with ${resource}`).toHaveLength(1);
  const [workload] = found;
  if (workload === undefined) throw new Error(`no workload holds ${resource}`);
  return workload;
}

/** Findings of path rules: rule → resource → the path's resources. */
const paths: readonly (readonly [rule: string, resource: string, path: readonly string[]])[] = [
  [
    'path.application.open-route-to-acting-agent',
    'assistant/app/main.py#server:35:1',
    ['assistant/app/main.py#server:35:1', 'assistant/app/main.py#agent:31:9'],
  ],
  [
    'path.clients.hook-drains-private-server',
    '#claude-code:project:hook:PostToolUse[0].hooks[0]',
    ['#agent:claude-code'],
  ],
  [
    'path.clients.web-text-reaches-writable-database',
    '#agent:claude-code',
    ['#agent:claude-code', '#claude-code:project:mcp:fetch', '#claude-code:project:mcp:orders-db'],
  ],
  [
    'path.data.agent-is-database-superuser',
    'compose.yaml#services.assistant',
    ['compose.yaml#services.assistant', 'compose.yaml#services.database'],
  ],
  [
    'path.data.agent-role-database',
    'infra#module.agent.aws_iam_role.agent',
    ['infra#module.agent.aws_bedrockagent_agent.support', 'infra#module.agent.aws_iam_role.agent'],
  ],
  [
    'path.data.crawled-text-drives-actions',
    'infra#module.agent.aws_bedrockagent_agent.support',
    [
      'infra#module.agent.aws_bedrockagent_agent.support',
      'infra#aws_bedrockagent_knowledge_base.handbook',
      'infra#aws_bedrockagent_data_source.website',
    ],
  ],
  [
    'path.execution.commands-beside-credentials',
    'compose.yaml#services.assistant',
    [
      'compose.yaml#services.assistant',
      'assistant/requirements.txt#application:1:1',
      'assistant/app/main.py#tool:26:1',
    ],
  ],
  [
    'path.identity.role-shared-by-agents',
    'infra#module.agent.aws_iam_role.agent',
    ['infra#module.agent.aws_bedrockagent_agent.support', 'infra#awscc_bedrockagentcore_runtime.triage'],
  ],
  [
    'path.identity.role-shared-with-tool',
    'infra#module.agent.aws_iam_role.agent',
    ['infra#module.agent.aws_bedrockagent_agent.support'],
  ],
  ['path.inference.model-host-open', 'inference#aws_instance.vllm', []],
  ['path.inference.open-server-beside-data', 'compose.yaml#services.embeddings', []],
  [
    'path.network.public-agent-private-data',
    'infra#awscc_bedrockagentcore_runtime.triage',
    [
      'infra#awscc_bedrockagentcore_runtime.triage',
      'infra#module.agent.aws_iam_role.agent',
      'infra#aws_s3_bucket.handbook',
    ],
  ],
  [
    'path.tools.open-gateway-to-writing-tool',
    'infra#aws_bedrockagentcore_gateway.tools',
    ['infra#aws_bedrockagentcore_gateway.tools', 'infra#aws_bedrockagentcore_gateway_target.refunds'],
  ],
  [
    'path.tools.server-passes-sql-through',
    'mcp/orders-db/server.ts#mcp-server:7:16',
    [
      'mcp/orders-db/server.ts#mcp-server:7:16',
      'mcp/orders-db/server.ts#tool:9:1',
      'mcp/orders-db/server.ts#data-store:6:18',
    ],
  ],
];

describe('the example', () => {
  it('is read whole: no gap', () => {
    expect(assessment.gaps).toEqual([]);
  });

  it.each(paths)('has the path %s at %s', (rule, resource, path) => {
    const finding = assessment.findings.find((found) => found.rule === rule && found.resource === resource);
    expect(finding?.kind, `${rule} at ${resource}`).toBe('path');
    expect(finding?.path).toEqual(expect.arrayContaining([...path]));
  });

  it('has no other path finding: a new one is looked at before it is listed here', () => {
    const found = assessment.findings.filter(({ rule }) => rule.startsWith('path.')).map(({ rule }) => rule);
    expect(found.sort()).toEqual(paths.map(([rule]) => rule).sort());
  });

  it('has its workloads told apart', () => {
    expect(assessment.workloads.map(({ name }) => name).sort()).toEqual(
      [
        'Claude Code',
        'Cursor',
        'Notebook',
        'Visual Studio Code',
        'acme-claims',
        'acme-claims-search',
        'acme-support-prod',
        'acme-support-web',
        'assistant',
        'conversations',
        'triage: claude-code',
        'vllm (inference)',
        'vllm (inference/k8s)',
      ].sort(),
    );
  });

  it('joins the deployed agent with its role, function, knowledge and database', () => {
    expect(workloadOf('infra#module.agent.aws_bedrockagent_agent.support').resources).toEqual(
      expect.arrayContaining([
        'infra#module.agent.aws_iam_role.agent',
        'infra#aws_lambda_function.refund',
        'infra#aws_bedrockagent_knowledge_base.handbook',
        'infra#aws_bedrockagent_data_source.website',
        'infra#aws_rds_cluster.support',
        'infra#aws_s3_bucket.handbook',
        'infra#aws_bedrockagentcore_gateway.tools',
        'infra#awscc_bedrockagentcore_runtime.triage',
      ]),
    );
  });

  it('joins the assistant in Python with the containers it runs in and beside', () => {
    const { resources, services } = workloadOf('assistant/app/main.py#agent:31:9');
    expect(resources).toEqual(
      expect.arrayContaining([
        'compose.yaml#services.assistant',
        'compose.yaml#services.database',
        'compose.yaml#services.embeddings',
        'assistant/Dockerfile#image',
      ]),
    );
    expect(services).toEqual(['aws.bedrock', 'self-hosted.ollama', 'self-hosted.postgres']);
  });

  it('joins a client with the source of the server it starts', () => {
    expect(workloadOf('#agent:claude-code').resources).toEqual(
      expect.arrayContaining(['#claude-code:project:mcp:orders-db', 'mcp/orders-db/server.ts#mcp-server:7:16']),
    );
  });

  it('recognises the model server in the user data of a virtual machine', () => {
    const { services } = workloadOf('inference#aws_instance.vllm');
    expect(services).toContain('self-hosted.vllm');
  });

  it('maps who holds what: open, held, claimed and orphaned controls', () => {
    const states = new Set([...assessment.responsibilities].map(({ state }) => state));
    expect([...states]).toEqual(expect.arrayContaining(['open', 'held', 'claimed', 'not-assessed', 'orphaned']));
    const web = assessment.workloads.find(({ name }) => name === 'acme-support-web');
    const orphaned = [...assessment.responsibilities].filter(({ state }) => state === 'orphaned');
    expect(new Set(orphaned.map(({ workload }) => workload))).toEqual(new Set([web?.id]));
    expect(orphaned.map(({ control }) => control)).toContain('model.artifact-integrity');
  });

  it('shows no credential in evidence or excerpts', () => {
    const shown = JSON.stringify([assessment.findings, [...assessment.excerpts().values()]]);
    expect(shown).not.toContain('Wint3r-Sale-2026');
  });
});
