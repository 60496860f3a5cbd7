/** A server whose calls become tasks, in the shapes of both eras, and whose tasks are anybody's who asks: to keep them apart is the gateway's part. */
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Body = { readonly id?: number; readonly method: string; readonly params?: Record<string, unknown> };

export interface TaskServer {
  readonly url: URL;
  /** Method and task of what was asked, and the tasks of each subscription. */
  readonly seen: string[];
  readonly cancellations: { readonly headers: IncomingHttpHeaders; readonly text: string }[];
  /** Tells of a task to whoever listens, whosever it is. */
  tell(taskId: string): void;
  readonly server: Server;
}

const related = 'io.modelcontextprotocol/related-task';

/** @param name what its answers say they are of; the ids of its tasks are the same as any other's: `task-1`, `task-2`, … */
export async function startTaskServer(name: string): Promise<TaskServer> {
  const seen: string[] = [];
  const tasks: string[] = [];
  const cancellations: TaskServer['cancellations'] = [];
  const answer = ({ method, params = {} }: Body, stateless: boolean): object | undefined => {
    const { taskId } = params;
    const known = typeof taskId === 'string' && tasks.includes(taskId);
    const task = (id: unknown, status: string): object => ({ taskId: id, status, createdAt: 'now', ttl: null });
    const content = [{ type: 'text', text: `from ${name}` }];
    switch (method) {
      case 'initialize':
      case 'server/discover':
        return {
          protocolVersion: '2025-11-25',
          resultType: 'complete',
          supportedVersions: ['2026-07-28'],
          serverInfo: { name, version: '1' },
          capabilities: {
            tools: {},
            tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } },
            extensions: { 'io.modelcontextprotocol/tasks': {}, 'x/other': {} },
          },
        };
      case 'tools/list':
        return { resultType: 'complete', tools: [{ name: 'slow', inputSchema: { type: 'object' } }] };
      case 'tools/call': {
        const id = `task-${tasks.length + 1}`;
        tasks.push(id);
        return stateless ? { resultType: 'task', ...task(id, 'working') } : { task: task(id, 'working') };
      }
      case 'tasks/list':
        return { tasks: tasks.map((id) => task(id, 'working')) };
      case 'tasks/result':
        return known ? { content, _meta: { [related]: { taskId } } } : undefined;
      case 'tasks/get':
        return known
          ? { resultType: 'complete', ...task(taskId, 'completed'), ...(stateless ? { result: { content } } : {}) }
          : undefined;
      case 'tasks/cancel':
        return known ? (stateless ? { resultType: 'complete' } : task(taskId, 'cancelled')) : undefined;
      case 'tasks/update':
        return known ? { resultType: 'complete' } : undefined;
      default:
        return undefined;
    }
  };
  const listening = new Map<ServerResponse, number | undefined>();
  const write = (stream: ServerResponse, method: string, params: object): void => {
    const _meta = { 'io.modelcontextprotocol/subscriptionId': listening.get(stream) };
    stream.write(`data: ${JSON.stringify({ jsonrpc: '2.0', method, params: { ...params, _meta } })}\n\n`);
  };
  const listen = ({ id, params }: Body, stream: ServerResponse): void => {
    listening.set(stream, id);
    stream.on('close', () => listening.delete(stream));
    stream.writeHead(200, { 'content-type': 'text/event-stream' });
    const { taskIds, ...others } = (params?.['notifications'] ?? {}) as { taskIds?: string[] };
    seen.push(`subscriptions/listen ${JSON.stringify(taskIds)}`);
    const agreed = taskIds === undefined ? {} : { taskIds: taskIds.filter((taskId) => tasks.includes(taskId)) };
    write(stream, 'notifications/subscriptions/acknowledged', { notifications: { ...others, ...agreed } });
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (piece) => (text += String(piece)));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const body = JSON.parse(text) as Body;
      if (body.id === undefined) return void response.writeHead(202).end();
      if (body.method === 'subscriptions/listen') return listen(body, response);
      if (body.method.startsWith('tasks/')) {
        const { taskId = '' } = body.params ?? {};
        seen.push(`${body.method} ${taskId as string}`.trim());
        if (body.method === 'tasks/cancel') cancellations.push({ headers: request.headers, text });
      }
      const result = answer(body, request.headers['mcp-protocol-version'] === '2026-07-28');
      const said = result === undefined ? { error: { code: -32602, message: 'Failed to retrieve task' } } : { result };
      const session = body.method === 'initialize' ? { 'mcp-session-id': name } : {};
      response.writeHead(200, { 'content-type': 'application/json', ...session });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: body.id, ...said }));
    });
  });
  const tell = (taskId: string): void => {
    for (const stream of listening.keys()) write(stream, 'notifications/tasks', { taskId, status: 'working' });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`);
  return { url, seen, cancellations, tell, server };
}
