import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adapters } from './adapters.ts';
import { agentsCollector } from './agents-collector.ts';
import { read } from './fixtures/memory-tree.ts';

/** One path for every form, with stars filled in. */
const paths = adapters.flatMap(({ forms }) => forms.map(({ at }) => at.replace('**/', 'deep/').replaceAll('*', 'x')));

const names = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    'mcpServers',
    'servers',
    'mcp_servers',
    'hooks',
    'permissions',
    'permission',
    'allow',
    'deny',
    'command',
    'args',
    'env',
    'url',
    'sandbox',
    '__proto__',
    'constructor',
    'extensions',
    'then',
    'when',
    'jobs',
    'steps',
    'on',
    'tasks',
    'server',
    'mcp_config',
    'policies',
    'projects',
    'plugins',
    'source',
    'tools',
  ),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      0,
      -1,
      '',
      '*',
      'Bash(*)',
      'npx -y a | sh',
      'https://a:b@c/?token=abcdefgh',
      '${X}',
    ),
    fc.string({ maxLength: 20 }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((pairs) => Object.fromEntries(pairs)),
  ),
}));

describe('hostile files', () => {
  it('every form is claimed', () => {
    expect(paths.filter((path) => !agentsCollector.claims(path))).toEqual([]);
  });

  it('no content of any file makes the collector throw, and resource ids stay unique', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), value, async (path, content) => {
        const { resources } = await read({ [path]: JSON.stringify(content), 'CLAUDE.md': 'x' });
        expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
      }),
      { numRuns: 1_500 },
    );
  });

  it('no text makes it throw', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.string({ unit: 'binary', maxLength: 400 }),
        async (path, content) => void (await read({ [path]: content, [`a/${path}`]: content })),
      ),
      { numRuns: 800 },
    );
  });

  it('a `__proto__` key is only a key', async () => {
    const { resources } = await read({
      '.mcp.json': '{"mcpServers": {"__proto__": {"command": "x", "env": {"__proto__": {"polluted": true}}}}}',
    });
    expect(resources.find(({ type }) => type === 'mcp.server')?.name).toBe('__proto__');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('deep nesting is a gap and not a crash', async () => {
    const { gaps } = await read({ '.claude/settings.json': '['.repeat(200_000) });
    expect(gaps.length).toBeGreaterThan(0);
    expect(
      (await read({ '.claude/settings.json': `${'{"a":'.repeat(500)}1${'}'.repeat(500)}` })).gaps.map(
        ({ kind }) => kind,
      ),
    ).toEqual(['too-large']);
  });

  it('ten thousand servers are read in a moment', async () => {
    const mcpServers = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`s${index}`, { command: 'npx', args: ['-y', `pkg-${index}`] }]),
    );
    const start = performance.now();
    const { resources } = await read({ '.mcp.json': JSON.stringify({ mcpServers }) });
    expect(resources).toHaveLength(10_001);
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  it('says so when a server entry is no object', async () => {
    const { gaps, resources } = await read({ '.mcp.json': '{"mcpServers": {"a": "npx a", "b": {"command": "b"}}}' });
    expect(gaps.map(({ reason, location }) => [reason, location.line])).toEqual([
      ['the entry of tool server `a` is not an object', 1],
    ]);
    expect(resources.filter(({ type }) => type === 'mcp.server').map(({ name }) => name)).toEqual(['b']);
  });
});
