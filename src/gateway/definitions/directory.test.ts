import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { type JsonRpcMessage, type JsonRpcRequest, resultOf } from '../../model/mcp.ts';
import type { Principal } from '../../model/principal.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import type { ServerLink } from '../bridge/server-link.ts';
import { Directory, type DirectoryParts } from './directory.ts';
import { fetchLists } from './fetch-lists.ts';

const agent = (name: string): Principal => ({
  agent: name,
  roles: [],
  scopes: [],
  clearance: 'public',
  authentication: 'none',
  training: [],
});
const one = agent('one');
let changes = 0;
function directory(more: Partial<DirectoryParts> = {}): Directory {
  changes = 0;
  return new Directory({
    manifest: () => new Map(),
    approved: () => undefined,
    inspect: (_server, _principal, _feature, definitions) => definitions.map(() => []),
    changed: () => {
      changes++;
    },
    ...more,
  });
}

describe('the directory', () => {
  it('keeps each principal’s own view, and all tools together', () => {
    const made = directory();
    made.list('s', one, 'tool', [{ name: 'get_a' }, 'no definition', {}]);
    made.list('s', agent('two'), 'tool', [{ name: 'delete_b' }]);
    expect(made.get('s', one, 'tool', 'get_a')?.labels).toMatchObject({ effect: 'read', review: 'draft' });
    expect([made.get('s', one, 'tool', 'delete_b'), made.get('t', one, 'tool', 'get_a')]).toEqual([
      undefined,
      undefined,
    ]);
    expect(made.tools().map(({ name }) => name)).toEqual(['get_a', 'delete_b']);
    const knows = (who: Principal, name: string): boolean => made.knows('s', who, 'tool', name);
    expect([knows(one, 'get_a'), knows(one, 'delete_b'), knows(agent('three'), 'get_a')]).toEqual([true, false, false]);
    made.fill('s', one, { lists: new Map([['tool', [{ name: 'get_a' }]]]), failed: new Set<never>() });
    expect([knows(one, 'delete_b'), knows(agent('two'), 'get_a')]).toEqual([true, false]);
  });

  it('tells of tools that appear or change, and of nothing else', () => {
    const made = directory();
    made.list('s', one, 'tool', [{ name: 'a' }]);
    made.list('s', agent('two'), 'tool', [{ name: 'a' }]);
    made.list('s', one, 'prompt', [{ name: 'p' }]);
    expect(changes).toBe(1);
    made.list('s', one, 'tool', [{ name: 'a', description: 'Deletes everything.' }]);
    expect(changes).toBe(2);
  });

  it('tells nothing of what policies do not see: other words for the same, and what is not callable', () => {
    let blocked: readonly string[] = [];
    const made = directory({ inspect: (_server, _principal, _feature, definitions) => definitions.map(() => blocked) });
    const search = { name: 'search', description: 'Searches the notes.', inputSchema: { type: 'object' } };
    made.list('s', one, 'tool', [search]);
    const [before] = made.tools();
    made.list('s', one, 'tool', [{ ...search, description: 'Searches all the notes.' }]);
    blocked = ['integrity.new-argument'];
    made.list('s', one, 'tool', [{ ...search, inputSchema: { type: 'object', required: ['x'] } }]);
    expect([changes, made.tools()[0] === before]).toEqual([1, true]);
    // A policy may name it though nobody may call it.
    made.list('s', one, 'tool', [{ name: 'never_approved' }]);
    expect([changes, made.tools().map(({ name }) => name)]).toEqual([2, ['search', 'never_approved']]);
  });

  it('tools of before are there for the policies, and for nobody to call; what the server says itself goes before', () => {
    const labels = { ...unknownTool, name: 'a', review: 'draft' as const, because: [] };
    const before = { server: 's', name: 'a', inputSchema: { type: 'object' }, outputSchema: undefined, labels };
    const written = { ...labels, review: 'approved' as const, effect: 'read' as const };
    const made = directory({ manifest: () => new Map([['b', written]]) });
    made.recall([before, { ...before, name: 'b' }]);
    expect(made.tools().map(({ name, labels: { effect } }) => [name, effect])).toEqual([
      ['a', 'write'],
      ['b', 'read'],
    ]);
    expect([made.get('s', one, 'tool', 'a'), made.knows('s', one, 'tool', 'a'), changes]).toEqual([
      undefined,
      false,
      0,
    ]);
    made.list('s', one, 'tool', [{ name: 'a' }]);
    made.recall([before]);
    expect([changes, made.tools().find(({ name }) => name === 'a')?.inputSchema]).toEqual([1, undefined]);
  });

  it('labels a person wrote go before drafts; what integrity blocks is blocked', () => {
    const written = { ...unknownTool, name: 'a', effect: 'read' as const, review: 'approved' as const, because: [] };
    const made = directory({
      manifest: () => new Map([['a', written]]),
      inspect: (_server, _principal, _feature, definitions) =>
        definitions.map(({ name }) => (name === 'b' ? ['x'] : [])),
    });
    const [a, b] = made.list('s', one, 'tool', [{ name: 'a' }, { name: 'b' }]);
    expect([a?.labels, a?.blocked, b?.blocked]).toEqual([written, [], ['x']]);
  });

  it('of two definitions of one name in a list neither is used', () => {
    const made = directory();
    const listed = made.list('s', one, 'tool', [{ name: 'a' }, { name: 'b' }, { name: 'a', description: 'Another.' }]);
    const duplicate = ['definition.duplicate'];
    expect(listed.map((found) => found?.blocked)).toEqual([duplicate, [], duplicate]);
    expect(made.get('s', one, 'tool', 'a')?.blocked).toEqual(duplicate);
  });

  it('what was shown can be forgotten, for nobody to use until it was looked at again', () => {
    const made = directory();
    made.list('s', one, 'tool', [{ name: 'a' }]);
    made.forget();
    expect([made.knows('s', one, 'tool', 'a'), made.get('s', one, 'tool', 'a'), made.tools()]).toMatchObject([
      false,
      undefined,
      [{ name: 'a' }],
    ]);
  });

  it.each([0, 1])('tools: limit + %i', (more) => {
    const made = directory();
    const tools = Array.from({ length: limits.gatewayServerToolsMax + more }, (_, at) => ({ name: `get_${at}` }));
    for (let at = 0; at < tools.length; at += 1000) made.list('s', one, 'tool', tools.slice(at, at + 1000));
    expect(made.tools()).toHaveLength(limits.gatewayServerToolsMax);
    // One that lists as many leaves room for the others.
    made.list('other', one, 'tool', [{ name: 'a' }]);
    expect(made.tools().at(-1)).toMatchObject({ server: 'other', name: 'a' });
  });

  it.each([0, 1])('views: limit + %i', (more) => {
    const made = directory();
    const none = { lists: new Map(), failed: new Set<never>() };
    for (let at = 0; at < limits.gatewayViewsMax + more; at++) made.fill('s', agent(`a${at}`), none);
    const knows = (name: string): boolean => made.knows('s', agent(name), 'prompt', 'p');
    expect([knows('a0'), knows('a1')]).toEqual([more === 0, true]);
  });
});

describe('asking a server for its lists', () => {
  const server = (pages: number, capabilities: object): ServerLink & { readonly asked: string[] } => {
    const asked: string[] = [];
    return {
      asked,
      async *request({ id, method, params }: JsonRpcRequest): AsyncGenerator<JsonRpcMessage> {
        asked.push(method);
        const page = Number(params?.['cursor'] ?? 0);
        if (method === 'server/discover') yield resultOf(id, { capabilities });
        else
          yield resultOf(id, {
            tools: [{ name: `t${page}` }],
            ...(page + 1 < pages ? { nextCursor: String(page + 1) } : {}),
          });
      },
      notify: () => Promise.resolve(),
      answer: () => Promise.resolve(),
      async *unasked() {},
      close: () => Promise.resolve(),
    };
  };

  it('asks for what the server says it offers, over all pages', async () => {
    const link = server(3, { tools: {} });
    const { lists } = await fetchLists(link, new AbortController().signal);
    expect([...lists]).toEqual([['tool', [{ name: 't0' }, { name: 't1' }, { name: 't2' }]]]);
    expect(link.asked).toEqual(['server/discover', 'tools/list', 'tools/list', 'tools/list']);
  });

  it.each([null, ''])('a cursor that is %j leads nowhere: the page is not asked for again', async (nextCursor) => {
    const link = {
      ...server(1, {}),
      async *request({ id, method }: JsonRpcRequest): AsyncGenerator<JsonRpcMessage> {
        yield resultOf(
          id,
          method === 'server/discover' ? { capabilities: { tools: {} } } : { tools: [{ name: 'a' }], nextCursor },
        );
      },
    };
    expect((await fetchLists(link, new AbortController().signal)).lists.get('tool')).toEqual([{ name: 'a' }]);
  });

  it.each([0, 1])('G6: pages without an end: limit + %i', async (more) => {
    const { lists } = await fetchLists(
      server(limits.gatewayListPagesMax + more, { tools: {} }),
      new AbortController().signal,
    );
    expect(lists.get('tool')).toHaveLength(limits.gatewayListPagesMax);
  });
});
