import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readShipped } from '../../src/app/policy/shipped.ts';
import { readCases, runCases } from '../../src/decide/cases.ts';
import { Decider } from '../../src/decide/decider.ts';
import { loadPolicySet } from '../../src/decide/policy-set.ts';
import { requestNames } from '../../src/decide/schema/generate.ts';
import { unknownTool } from '../../src/model/tool-labels.ts';

const guide = readFileSync(new URL('../../docs/guide/policies.md', import.meta.url), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map((match) => match[1] ?? '');

describe('docs/guide/policies.md', () => {
  it('shows policies that load', () => {
    const text = blocks('cedar').join('\n');
    const inputSchema = {
      type: 'object',
      properties: { recipient: { type: 'string' }, amount: { type: 'number' } },
      required: ['recipient', 'amount'],
    };
    const tools = [{ server: 'bank', name: 'pay', labels: unknownTool, inputSchema }];
    const set = loadPolicySet({ files: [{ path: 'guide.cedar', text }], tools });
    expect(set.policies).toHaveLength(6);
  });

  it('shows cases that the set they are about decides', () => {
    for (const text of blocks('yaml')) {
      const cases = readCases(parse(text), 'guide');
      const set = loadPolicySet({ files: readShipped('provenance').files, tools: cases.tools });
      expect(runCases(new Decider(set), cases)).toEqual([]);
    }
  });

  it('names everything that a request has', () => {
    const inner = new Set(requestNames.map((name) => name.split('.').at(-1) ?? ''));
    expect([...inner].filter((name) => !guide.includes(`\`${name}\``) && !guide.includes(`context.${name}\``))).toEqual(
      [],
    );
  });
});
