import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { failureOf, type JsonRpcMessage, type JsonRpcRequest, resultOf } from '../model/mcp.ts';
import { renameTasks, TaskFilter, Tasks } from './tasks.ts';

function tasks(): Tasks {
  let drawn = 0;
  return new Tasks({ bytes: (count) => Buffer.from(`${++drawn}`.padStart(count, '.')) });
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
    const make = (principal: string, id: string): void => all.remember({ principal, server: 's', id, tool: 'slow' });
    make('ann', 'first');
    for (let at = 1; at < limits.gatewayTasksMax + more; at++) make('bob', `t${at}`);
    expect(all.find('ann', 's', 'first')).toBeDefined();
    expect(all.find('bob', 's', 't1') === undefined).toBe(more === 1);
    expect(limits.gatewayTasksMax + 1).toBeGreaterThan(1);
    make('eve', 'new');
    expect(all.find('ann', 's', 'first')).toBeUndefined();
  });
});
