import type { Trait } from '../../../model/catalogue.ts';
import type { Node } from '../../../model/graph.ts';
import type { Rank } from './picture.ts';

interface Kind {
  readonly kind: string;
  readonly rank: Rank;
}

/** The first trait that a resource has decides what it is drawn as. */
const byTrait: readonly (readonly [Trait, string, Rank])[] = [
  ['client', 'agent client', 'entry'],
  ['agent', 'agent', 'agents'],
  ['application', 'application', 'agents'],
  ['guardrail', 'guardrail', 'models'],
  ['mcp-server', 'MCP server', 'tools'],
  ['knowledge', 'knowledge', 'data'],
  ['memory', 'memory', 'data'],
  ['tool', 'tool', 'tools'],
  ['model', 'model', 'models'],
  ['prompt-log', 'prompt log', 'ground'],
  ['log', 'log', 'ground'],
  ['secret-store', 'secret store', 'ground'],
  ['data-store', 'data', 'data'],
  ['private-data', 'data', 'data'],
  ['key', 'key', 'ground'],
  ['credential', 'credential', 'ground'],
  ['identity', 'identity', 'ground'],
  ['policy', 'policy', 'ground'],
  ['public-endpoint', 'public endpoint', 'entry'],
  ['untrusted-input', 'input', 'entry'],
  ['endpoint', 'endpoint', 'entry'],
  ['network', 'network', 'ground'],
  ['egress', 'outgoing', 'tools'],
  ['code-execution', 'code execution', 'tools'],
  ['write-action', 'action', 'tools'],
  ['compute', 'compute', 'ground'],
];

/** Types without a telling trait: what code and configuration collectors call them. */
const byType: readonly (readonly [RegExp, string, Rank])[] = [
  [/instruction/i, 'instructions', 'models'],
  [/prompt/i, 'prompt', 'models'],
  [/sink/i, 'sink', 'tools'],
  [/permission|hook|setting/i, 'settings', 'agents'],
  [/dataset|bucket|table/i, 'data', 'data'],
];

/** What a resource is drawn as: small capitals and the row it stands in. */
export function kindOf(node: Node): Kind {
  for (const [trait, kind, rank] of byTrait) if (node.traits.has(trait)) return { kind, rank };
  for (const [pattern, kind, rank] of byType) if (pattern.test(node.resource.type)) return { kind, rank };
  return { kind: 'resource', rank: 'ground' };
}
