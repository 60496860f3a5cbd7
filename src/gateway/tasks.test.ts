import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { failureOf, type JsonRpcMessage, type JsonRpcRequest, resultOf } from '../model/mcp.ts';
import { renameTasks, type Task, TaskFilter, type TaskMemory, Tasks } from './tasks.ts';

let nowMs = 0;
let drawn = 0;
function tasks(taskMemory?: TaskMemory): Tasks {
  const random = { bytes: (count: number) => Buffer.from(`${++drawn}`.padStart(count, '.')) };
  return new Tasks({ clock: { now: () => nowMs }, random, taskMemory });
}

/** What is kept while one process after the other has tasks. */
function memory(kept: Task[] = []): TaskMemory & { readonly kept: Task[]; all: () => Iterable<Task> } {
  const made = {
    kept,
    all: (): Iterable<Task> => [],
    recall: (all: () => Iterable<Task>) => {
      made.all = all;
      return kept;
    },
    pseudonym: (key: string) => `<${key.length} ${key.at(-1)}>`,
    keep: async (task: Task) => void kept.push(task),
  };
  return made;
}
const call: JsonRpcRequest = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow' } };
const asking = (method: string): JsonRpcRequest => ({ jsonrpc: '2.0', id: 1, method });
const passing = { message: (message: JsonRpcMessage) => message, ended: () => undefined };
const see = (of: Tasks, principal: string, request: JsonRpcRequest | undefined, message: JsonRpcMessage) =>
  new TaskFilter(passing, of, { principal, server: 's', request }).message(message);
const nested = resultOf(1, { task: { taskId: 't', status: 'working' } });
const flat = resultOf(1, { resultType: 'task', taskId: 'u', status: 'working' });

describe('tasks', () => {
  it('G17: are whose call became them, of the server that made them', async () => {
    const all = tasks();
    await see(all, 'ann', call, nested);
    await see(all, 'ann', call, flat);
    expect(all.find('ann', 's', 't')).toMatchObject({ tool: 'slow', id: 't' });
    expect(all.find('ann', 's', 'u')).toMatchObject({ tool: 'slow', id: 'u' });
    for (const [principal, server] of [['bob', 's'] as const, ['ann', 'r'] as const])
      expect(all.find(principal, server, 't')).toBeUndefined();
    const { handle } = all.find('ann', 's', 't') ?? {};
    expect(all.byHandle('ann', handle)).toMatchObject({ server: 's', id: 't' });
    expect(all.byHandle('bob', handle)).toBeUndefined();
    expect(all.byHandle('ann', 't')).toBeUndefined();
  });

  it('are made by calls only, and by the answer to the call', async () => {
    const all = tasks();
    await see(all, 'ann', asking('prompts/get'), nested);
    await see(all, 'ann', undefined, nested);
    await see(all, 'ann', call, resultOf(2, { task: { taskId: 't' } }));
    await see(all, 'ann', call, resultOf(1, { taskId: 't' }));
    await see(all, 'ann', call, failureOf(1, -1, 'no'));
    expect(all.find('ann', 's', 't')).toBeUndefined();
  });

  it('G17: of others are in no list and no notification, and an answer about one is none', async () => {
    const all = tasks();
    await see(all, 'ann', call, nested);
    const list = resultOf(1, { tasks: [{ taskId: 't' }, { taskId: 'x' }, 7] });
    expect(await see(all, 'ann', asking('tasks/list'), list)).toMatchObject({ result: { tasks: [{ taskId: 't' }] } });
    expect(await see(all, 'bob', asking('tasks/list'), list)).toMatchObject({ result: { tasks: [] } });
    for (const method of ['notifications/tasks/status', 'notifications/tasks']) {
      const told: JsonRpcMessage = { jsonrpc: '2.0', method, params: { taskId: 't', status: 'completed' } };
      expect(await see(all, 'ann', undefined, told)).toBe(told);
      expect(await see(all, 'bob', undefined, told)).toBeUndefined();
    }
    const agreed = (taskIds: unknown): JsonRpcMessage => ({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { toolsListChanged: true, taskIds } },
    });
    const toAnn = await see(all, 'ann', undefined, agreed(['t', 'x', 7]));
    expect(toAnn).toMatchObject({ params: { notifications: { toolsListChanged: true, taskIds: ['t'] } } });
    for (const taskIds of [['t'], [], 't'])
      expect(await see(all, 'bob', undefined, agreed(taskIds))).toHaveProperty('params.notifications', {
        toolsListChanged: true,
      });
    const found = resultOf(1, { taskId: 't', status: 'completed' });
    expect(await see(all, 'bob', asking('tasks/get'), found)).toEqual(failureOf(1, -32602, 'Task not found'));
    const task = all.find('ann', 's', 't');
    const own = new TaskFilter(passing, all, { principal: 'ann', server: 's', request: asking('tasks/get') }, task);
    expect(await own.message(found)).toBe(found);
  });

  it('are renamed wherever the protocol names them', () => {
    const key = 'io.modelcontextprotocol/related-task';
    const _meta = { [key]: { taskId: 't' }, other: { taskId: 't' } };
    const renamed = { [key]: { taskId: 'T' }, other: { taskId: 't' } };
    const rename = (message: JsonRpcMessage): unknown => renameTasks(message, (id) => String(id).toUpperCase());
    expect(rename(nested)).toMatchObject({ result: { task: { taskId: 'T' } } });
    expect(rename(flat)).toMatchObject({ result: { taskId: 'U' } });
    expect(rename(resultOf(1, { tasks: [{ taskId: 't' }] }))).toMatchObject({ result: { tasks: [{ taskId: 'T' }] } });
    expect(rename(resultOf(1, { content: [], _meta }))).toMatchObject({ result: { _meta: renamed } });
    const inlined = resultOf(1, { taskId: 't', status: 'completed', result: { content: [], _meta } });
    expect(rename(inlined)).toMatchObject({ result: { taskId: 'T', result: { _meta: renamed } } });
    const told: JsonRpcMessage = { jsonrpc: '2.0', method: 'notifications/tasks/status', params: { taskId: 't' } };
    expect(rename(told)).toMatchObject({ params: { taskId: 'T' } });
    const agreed: JsonRpcMessage = {
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications: { taskIds: ['t'] }, _meta: { at: 1 } },
    };
    expect(rename(agreed)).toMatchObject({ params: { notifications: { taskIds: ['T'] }, _meta: { at: 1 } } });
    const question: JsonRpcMessage = { jsonrpc: '2.0', id: 1, method: 'elicitation/create', params: { _meta } };
    expect(rename(question)).toMatchObject({ params: { _meta: renamed } });
    const other = resultOf(1, { content: [], structuredContent: { taskId: 't' } });
    expect(rename(other)).toBe(other);
  });

  it.each([0, 1])('gatewayTasksMax + %i: whoever makes many forgets their own first', (more) => {
    const all = tasks();
    const make = (principal: string, id: string): void =>
      void all.remember({ principal, server: 's', id, tool: 'slow' });
    make('ann', 'first');
    for (let at = 1; at < limits.gatewayTasksMax + more; at++) make('bob', `t${at}`);
    expect(all.find('ann', 's', 'first')).toBeDefined();
    expect(all.find('bob', 's', 't1') === undefined).toBe(more === 1);
    expect(limits.gatewayTasksMax + 1).toBeGreaterThan(1);
    make('eve', 'new');
    expect(all.find('ann', 's', 'first')).toBeUndefined();
  });

  it.each([0, 1])('gatewayTaskNameLengthMax + %i: a task with a longer name is nobody’s', async (more) => {
    expect(limits.gatewayTaskNameLengthMax + 1).toBeGreaterThan(1);
    const long = 'x'.repeat(limits.gatewayTaskNameLengthMax + more);
    const all = tasks();
    await all.remember({ principal: 'ann', server: 's', id: long, tool: 'slow' });
    await all.remember({ principal: 'ann', server: 's', id: 't', tool: long });
    for (const id of [long, 't']) expect(all.find('ann', 's', id) === undefined).toBe(more === 1);
  });
});

describe('tasks that outlive the process', () => {
  const another: JsonRpcRequest = { ...call, params: { name: 'other' } };

  it('G17: are whose they were, under the same names', async () => {
    const { kept, ...first } = memory();
    const before = tasks(first);
    await see(before, 'ann', call, nested);
    await see(before, 'ann', call, flat);
    const after = tasks(memory(kept));
    expect(after.find('ann', 's', 't')).toEqual(before.find('ann', 's', 't'));
    expect(after.byHandle('ann', kept[1]?.handle)).toMatchObject({ id: 'u', tool: 'slow' });
    expect([after.find('bob', 's', 't'), after.byHandle('bob', kept[1]?.handle)]).toEqual([undefined, undefined]);
    expect(JSON.stringify(kept)).not.toContain('ann');
  });

  it('are kept before the client knows of them, and calls that make none wait for nothing', async () => {
    let keep = (): void => undefined;
    const slow = { ...memory(), keep: () => new Promise<void>((resolve) => (keep = resolve)) };
    const all = tasks(slow);
    let told = false;
    const seen = see(all, 'ann', call, nested).then(() => (told = true));
    await new Promise(setImmediate);
    expect(told).toBe(false);
    keep();
    await seen;
    await see(all, 'ann', call, resultOf(1, { content: [] }));
  });

  it.each([
    [{ ttl: 100 }, 200],
    [{ ttlMs: 100 }, 200],
    [{ ttl: null }, Infinity],
    [{ ttl: 0 }, Infinity],
    [{ ttl: '1' }, Infinity],
    [{}, Infinity],
  ])('are forgotten when a server that states a time has none any more: %j', async (stated, lastMs) => {
    nowMs = 1_000;
    const kept = memory();
    const all = tasks(kept);
    await see(all, 'ann', call, resultOf(1, { task: { taskId: 't', status: 'working', ...stated } }));
    nowMs = 1_000 + Math.min(lastMs, 1e12);
    expect(tasks(memory([...kept.kept])).find('ann', 's', 't')).toBeDefined();
    expect(all.find('ann', 's', 't')).toBeDefined();
    nowMs++;
    const isKept = lastMs === Infinity;
    expect(tasks(memory([...kept.kept])).find('ann', 's', 't') !== undefined).toBe(isKept);
    expect([...kept.all()].length === 1).toBe(isKept);
    expect(all.byHandle('ann', kept.kept[0]?.handle) !== undefined).toBe(isKept);
  });

  it('stay for as long as their server says last', async () => {
    nowMs = 0;
    const { kept, ...first } = memory();
    const all = tasks(first);
    const say = (ttl: number | null | undefined): Promise<unknown> => {
      const said = resultOf(1, { taskId: 't', status: 'working', ...(ttl === undefined ? {} : { ttl }) });
      const of = { principal: 'ann', server: 's', request: asking('tasks/get') };
      return new TaskFilter(passing, all, of, all.find('ann', 's', 't')).message(said) as Promise<unknown>;
    };
    await see(all, 'ann', call, resultOf(1, { task: { taskId: 't', status: 'working', ttl: 10 } }));
    for (const ttl of [10, 50, undefined, 50]) await say(ttl);
    expect(kept.map(({ ttlMs }) => ttlMs)).toEqual([10, 50]);
    nowMs = 100;
    expect(tasks(memory([...kept])).find('ann', 's', 't')).toMatchObject({ ttlMs: 50, handle: kept[0]?.handle });
    await say(null);
    nowMs = 1e9;
    expect(tasks(memory([...kept])).find('ann', 's', 't')).toBeDefined();
  });

  it('G17: a name that a server gives again is of the newer task, and what the older was called leads nowhere', async () => {
    const { kept, ...first } = memory();
    const all = tasks(first);
    await see(all, 'ann', call, nested);
    await see(all, 'ann', call, nested);
    expect(kept[1]?.handle).toBe(kept[0]?.handle);
    await see(all, 'ann', another, nested);
    for (const now of [all, tasks(memory(kept))]) {
      expect(now.find('ann', 's', 't')).toMatchObject({ tool: 'other' });
      expect(now.byHandle('ann', kept[0]?.handle)).toBeUndefined();
    }
  });
});
