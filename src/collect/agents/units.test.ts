import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lockFileName } from '../../integrity/lock-file-name.ts';
import type { Unit } from '../../model/collect.ts';
import { encodeResource } from '../../model/encoding.ts';
import { planSource } from '../fixtures/plan-source.ts';
import { agentsCollector } from './agents-collector.ts';
import { treeOf } from './fixtures/memory-tree.ts';

type Tree = Readonly<Record<string, string>>;

function filesOf(tree: Tree): Unit['files'] {
  return Object.keys(tree)
    .filter((path) => agentsCollector.claims(path))
    .map((path) => ({ path, size: 1 }));
}

function unitsOf(tree: Tree): readonly Unit[] {
  return agentsCollector.plan(filesOf(tree), planSource(treeOf(tree)));
}

/** What is collected from units, in no order. */
async function collected(tree: Tree, units: readonly Unit[]): Promise<string[]> {
  const source = treeOf(tree);
  const found: string[] = [];
  for (const unit of units) {
    const { resources, gaps } = await agentsCollector.collect(unit, source);
    for (const each of [...resources.map(encodeResource), ...gaps]) found.push(JSON.stringify(each));
  }
  return found.sort();
}

const folder = fc.constantFrom(
  '',
  'a',
  'a/.cursor',
  'a/b',
  'a/b/c',
  'd',
  'home/ana',
  'home/ana/work',
  'mnt/home/eve',
  'mnt/work',
);
const servers = fc.constantFrom(
  '{"mcpServers":{"x":{"command":"node","args":["./server.js"]}}}',
  '{"mcpServers":{"x":{"command":"npx","args":["-y","@acme/x"]},"y":{"url":"https://y.example.com/mcp"}}}',
  '{',
);
const settings = fc.constantFrom(
  '{"permissions":{"allow":["Bash(*)"],"defaultMode":"acceptEdits"}}',
  '{"permissions":{"deny":["Read(./.env)"]},"allowedMcpServers":[{"serverName":"y"}],"sandbox":{"enabled":true}}',
  '{}',
);
const text = fc.constantFrom('Run the tests.', '---\nname: x\nallowed-tools: Bash(*)\n---\nDo it.\n');
const file = fc.oneof(
  fc.tuple(fc.constantFrom('.mcp.json', '.cursor/mcp.json', '.vscode/mcp.json', 'mcp.json', '.claude.json'), servers),
  fc.tuple(
    fc.constantFrom(
      '.claude/settings.json',
      '.claude/settings.local.json',
      '.gemini/settings.json',
      'etc/claude-code/managed-settings.json',
      'etc/gemini-cli/settings.json',
      '.vscode/settings.json',
    ),
    settings,
  ),
  fc.tuple(
    fc.constantFrom('CLAUDE.md', 'AGENTS.md', '.cursor/rules/x.mdc', '.claude/skills/x/SKILL.md', 'GEMINI.md'),
    text,
  ),
  fc.tuple(fc.constantFrom(lockFileName, `.cursor/${lockFileName}`, 'server.js', '.bashrc'), fc.constant('{')),
);
const tree = fc
  .array(fc.tuple(folder, file), { maxLength: 12 })
  .map(
    (files): Tree =>
      Object.fromEntries(files.map(([at, [path, content]]) => [at === '' ? path : `${at}/${path}`, content])),
  );

describe('units of agent configuration', () => {
  it('give what the whole tree gives', async () => {
    await fc.assert(
      fc.asyncProperty(tree, async (files) => {
        const whole = { id: 'agents', files: filesOf(files) };
        expect(await collected(files, unitsOf(files))).toEqual(await collected(files, [whole]));
      }),
      { numRuns: 300 },
    );
  });

  it('tell what is wrong with a lock file once', async () => {
    const server = '{"mcpServers":{"x":{"command":"node"}}}';
    const files = {
      'a/.cursor/mcp.json': server,
      'a/.cursor/.mcp.json': server,
      [`a/.cursor/${lockFileName}`]: '{',
    };
    const gaps = (await collected(files, unitsOf(files))).filter((each) => each.includes(`${lockFileName}"`));
    expect(gaps.filter((each) => each.startsWith('{"kind":"syntax"'))).toHaveLength(1);
  });

  it('are the files that bear on the same clients', () => {
    const units = unitsOf({
      'CLAUDE.md': 'x',
      'a/.mcp.json': '{}',
      'a/.claude/settings.json': '{}',
      'b/.mcp.json': '{}',
      'b/src/CLAUDE.md': 'x',
      'home/ana/.claude/settings.json': '{}',
      'home/ana/work/.mcp.json': '{}',
    });
    expect(units.map(({ files }) => files.map(({ path }) => path))).toEqual([
      ['CLAUDE.md', 'b/.mcp.json', 'b/src/CLAUDE.md'],
      ['a/.mcp.json', 'a/.claude/settings.json'],
      ['home/ana/.claude/settings.json', 'home/ana/work/.mcp.json'],
    ]);
  });
});
