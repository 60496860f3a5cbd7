/** Streams without an end, whose client was stopped by the operator or has to prove again who it is. */
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { runRevoke } from '../../src/app/commands/gateway/revoke-run.ts';
import { runToken } from '../../src/app/commands/gateway/token-run.ts';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { nodeKeyFiles } from '../../src/app/node-key-files.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { ApiKeys } from '../../src/gateway/identify/api-keys.ts';
import { undiciHttp } from '../../src/app/gateway/undici-http.ts';
import { killFolderIn } from '../../src/app/gateway/state-folder.ts';
import { nodeDurableFiles } from '../../src/app/node-durable-files.ts';
import { StdioFront } from '../../src/gateway/front/stdio-front.ts';
import type { Unidentified } from '../../src/gateway/lane.ts';
import { KillFolder } from '../../src/store/kill-switch/kill-folder.ts';
import { data, events, FaultyServer, json } from './faulty-server.ts';
import { beginSession, initialize, meta, post, statefulHeaders, statelessHeaders, until } from './requests.ts';
import { httpServer, principal, random, startGateway } from './gateway.ts';
import { eventsOf, wholeGateway } from './whole.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const asks = { jsonrpc: '2.0', id: 'q', method: 'elicitation/create', params: { message: 'who', requestedSchema: {} } };

/** A stateful server: what it was told, and a way to speak unasked. */
async function talking(): Promise<{ url: URL; told: string[]; say: (message: object) => void }> {
  const server = new FaultyServer();
  closing.push(() => server.close());
  const told: string[] = [];
  const streams: ServerResponse[] = [];
  server.behaviour = (response, { method, body }) => {
    if (method === 'GET') return void streams.push(events(response, ':\n\n'));
    if (method !== 'POST') return void response.writeHead(200).end();
    const {
      id,
      method: asked = 'answer',
      error,
    } = JSON.parse(body) as { id?: unknown; method?: string; error?: unknown };
    told.push(error === undefined ? asked : 'refusal');
    if (id === undefined || asked === 'answer') return void response.writeHead(202).end();
    const capabilities = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 's', version: '1' } };
    json(
      response,
      { jsonrpc: '2.0', id, result: asked === 'initialize' ? capabilities : {} },
      { 'mcp-session-id': 's' },
    );
  };
  const url = await server.listen();
  return { url, told, say: (message) => streams.forEach((stream) => stream.write(data(message))) };
}

async function listenTo(
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<{ text: string; isOver: boolean }> {
  const response = await fetch(url, { headers: { ...headers, accept: 'text/event-stream' } });
  const heard = { text: '', isOver: false };
  void (async () => {
    try {
      for await (const chunk of response.body ?? []) heard.text += Buffer.from(chunk as Uint8Array).toString();
    } catch {
      // Cut off.
    }
    heard.isOver = true;
  })();
  closing.push(() => response.body?.cancel().catch(() => undefined));
  return heard;
}

it.each(['/mcp/one', '/mcp'])('whom the operator stopped hears no more, and says no more: %s', async (path) => {
  const server = await talking();
  const whole = await wholeGateway(`policies: open\nservers: {one: {url: "${server.url.href}", eras: [stateful]}}`);
  closing.push(async () => {
    await whole.close();
    whole.remove();
  });
  const url = new URL(path, whole.origin);
  const headers = await beginSession(url);
  const heard = await listenTo(url, headers);
  server.say(asks);
  await until(() => heard.text.includes('elicitation/create'));
  const folder = new KillFolder(nodeDurableFiles(), killFolderIn(join(whole.folder, 'state')));
  await folder.set({ scope: 'all', name: '', reason: 'test', by: 'me', at: new Date().toISOString() });
  await until(() => heard.isOver);
  server.told.length = 0;
  const id = /"id":"([^"]+)"/.exec(heard.text)?.[1];
  const answer = { jsonrpc: '2.0', id, result: { action: 'accept', content: { customers: 'all' } } };
  await post(url, answer, headers);
  await post(url, { jsonrpc: '2.0', method: 'notifications/roots/list_changed' }, headers);
  // What the server gets of an answer is that there is none.
  expect(server.told.filter((what) => what !== 'refusal')).toEqual([]);
  server.say({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'later' } });
  await listenTo(url, headers).then(({ text }) => expect(text).not.toContain('later'));
  // Whoever begins anew is told why not.
  const again = await post(url, initialize, statefulHeaders);
  expect(await again.text()).toContain('Stopped by the operator');
});

it.each(['/mcp/one', '/mcp'])('a stream at %s ends when the credential of its client is revoked', async (path) => {
  const server = await talking();
  let isRevoked = false;
  const gateway = await startGateway(new Map([['one', httpServer('one', server.url)]]), {
    identify: async () => (isRevoked ? { status: 401, reason: 'no', cause: 'identity.revoked' } : principal()),
    aggregate: { name: 'all', version: '1' },
    bounds: { gatewayProofMs: 50 },
  });
  closing.push(() => gateway.close());
  const url = new URL(path, gateway.url);
  const heard = await listenTo(url, await beginSession(url));
  isRevoked = true;
  await until(() => heard.isOver);
});

it('a stream ends when its principal has to prove again who it is', async () => {
  const server = await talking();
  const untilMs = Date.now() + 500;
  const identify = async () => ({ ...principal(), expiresMs: untilMs });
  const gateway = await startGateway(new Map([['one', httpServer('one', server.url)]]), { identify });
  closing.push(() => gateway.close());
  const url = new URL('/mcp/one', gateway.url);
  const heard = await listenTo(url, await beginSession(url));
  await until(() => heard.isOver);
  expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
});

/** A stateless server that acknowledges subscriptions, and then says nothing. */
async function silent(): Promise<URL> {
  const server = new FaultyServer();
  closing.push(() => server.close());
  server.behaviour = (response, { body }) => {
    const { id, method } = JSON.parse(body) as { id?: unknown; method?: string };
    if (method !== 'subscriptions/listen') return json(response, { jsonrpc: '2.0', id, result: { tools: [] } });
    const params = { notifications: {}, _meta: { 'io.modelcontextprotocol/subscriptionId': id } };
    events(response, data({ jsonrpc: '2.0', method: 'notifications/subscriptions/acknowledged', params }));
  };
  return server.listen();
}

/** What came on a subscription. @returns the messages, once it is over */
async function subscribe(url: URL, acknowledged: () => unknown): Promise<Record<string, unknown>[]> {
  const request = { jsonrpc: '2.0', id: 5, method: 'subscriptions/listen', params: { notifications: {}, _meta: meta } };
  const response = await post(url, request, { ...statelessHeaders, 'mcp-method': 'subscriptions/listen' });
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    if (text.includes('acknowledged')) await acknowledged();
  }
  return [...text.matchAll(/^data: (.+)$/gm)].map(([, line = '']) => JSON.parse(line) as Record<string, unknown>);
}

describe.each(['/mcp/one', '/mcp'])('a subscription at %s', (path) => {
  it('ends, and says why, when the operator stops its agent, and does not begin anew', async () => {
    const server = await silent();
    const whole = await wholeGateway(`policies: open\nservers: {one: {url: "${server.href}", eras: [stateless]}}`);
    closing.push(async () => {
      await whole.close();
      whole.remove();
    });
    const folder = new KillFolder(nodeDurableFiles(), killFolderIn(join(whole.folder, 'state')));
    const stop = () => folder.set({ scope: 'all', name: '', reason: 'test', by: 'me', at: new Date().toISOString() });
    const url = new URL(path, whole.origin);
    const told = { id: 5, error: { message: expect.stringMatching(/stopped by the operator \(kill\.all\)/i) } };
    expect((await subscribe(url, stop)).at(-1)).toMatchObject(told);
    if (path === '/mcp') expect(await subscribe(url, stop)).toMatchObject([told]);
  });

  it('ends, and says why, when its principal has to prove again who it is', async () => {
    const untilMs = Date.now() + 700;
    const identify = async () => ({ ...principal(), expiresMs: untilMs });
    const aggregate = { name: 'all', version: '1' };
    const gateway = await startGateway(new Map([['one', httpServer('one', await silent())]]), { identify, aggregate });
    closing.push(() => gateway.close());
    const said = await subscribe(new URL(path, gateway.url), () => undefined);
    expect(said.at(-1)).toMatchObject({
      id: 5,
      error: { message: expect.stringContaining('prove again who they are') },
    });
    expect(Date.now()).toBeGreaterThanOrEqual(untilMs);
  });

  it('ends when the credential of its client is revoked, not when nobody can tell', async () => {
    let refusal: Unidentified | undefined;
    const identify = async () => refusal ?? principal();
    const gateway = await startGateway(new Map([['one', httpServer('one', await silent())]]), {
      identify,
      aggregate: { name: 'all', version: '1' },
      bounds: { gatewayProofMs: 50 },
    });
    closing.push(() => gateway.close());
    let [isOver, isOpen] = [false, false];
    const subscribed = subscribe(new URL(path, gateway.url), () => {
      isOpen = true;
      refusal = { status: 503, reason: 'no', cause: 'identity.unavailable' };
    }).finally(() => (isOver = true));
    await until(() => isOpen);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(isOver).toBe(false);
    refusal = { status: 401, reason: 'no', cause: 'identity.revoked' };
    expect((await subscribed).at(-1)).toMatchObject({
      error: { message: expect.stringContaining('prove again who they are') },
    });
  });
});

it.each(['run', 'agent', 'name'] as const)(
  'a bridge that was stopped hears so from a gateway that was started anew, and gets no other session: by %s',
  async (by) => {
    const server = await talking();
    const config = `policies: open\nservers: {one: {url: "${server.url.href}", eras: [stateful]}}`;
    let whole = await wholeGateway(config);
    closing.push(async () => {
      await whole.close();
      whole.remove();
    });
    const [http, input, lines] = [undiciHttp(), new PassThrough(), [] as string[]];
    const front = new StdioFront({
      send: (call) => http.send({ ...call, origin: whole.origin, path: '/mcp/one', idleMs: 0 }),
      headers: async () => ({}),
      input,
      write: async (line) => void lines.push(line),
    }).run();
    closing.push(async () => {
      input.end();
      await front;
      await http.close();
    });
    const _meta = by === 'name' ? { _meta: { 'dev.demarc/run': 'r-7' } } : {};
    const call = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'x', ..._meta } });
    const ask = async (message: object & { readonly id: number }): Promise<string> => {
      input.write(`${JSON.stringify(message)}\n`);
      const answer = (): string | undefined => lines.find((line) => line.includes(`"id":${message.id},`));
      await until(() => answer() !== undefined);
      return answer() ?? '';
    };
    await ask(initialize);
    input.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    await ask(call(1));
    await whole.close();
    const run = (await eventsOf(whole.folder)).find(({ kind }) => kind === 'decision')?.run ?? '';
    const names = { run, agent: 'local', name: 'r-7' };
    const folder = new KillFolder(nodeDurableFiles(), killFolderIn(join(whole.folder, 'state')));
    const scope = by === 'name' ? 'run' : by;
    await folder.set({ scope, name: names[by], reason: 'test', by: 'me', at: new Date().toISOString() });
    whole = await wholeGateway(config, {}, undefined, whole.folder);
    server.told.length = 0;
    for (const id of [2, 3]) expect(await ask(call(id))).toContain(`Stopped by the operator (kill.${scope})`);
    // A stream without an end says nothing of a run that its client names.
    if (by !== 'name') expect(server.told).not.toContain('initialize');
  },
);

it.each(['/mcp/one', '/mcp'])('a stream ends when the credential it was opened with is revoked: %s', async (path) => {
  const server = await talking();
  const whole = await wholeGateway(
    `policies: open\nidentity: {api-keys: {}, run-tokens: {key-file: run.key}}\nservers: {one: {url: "${server.url.href}", eras: [stateful]}}`,
  );
  closing.push(async () => {
    await whole.close();
    whole.remove();
  });
  const context = (): ReturnType<typeof keepingContext> => ({ ...keepingContext(), clock: nodeClock });
  const config = join(whole.folder, 'demarc.gateway.yaml');
  const keys = new ApiKeys(join(whole.folder, 'demarc.gateway.keys'), {
    files: nodeKeyFiles(nodeDurableFiles(), 'linux'),
    clock: nodeClock,
    tell: () => undefined,
  });
  const { text, record } = await keys.create({ agent: 'a', roles: [] }, random);
  const minted = context();
  await runToken(minted, { config, agent: 'b', run: 'r', format: 'terminal' });
  const url = new URL(path, whole.origin);
  const [ofKey, ofRun] = await Promise.all(
    [text, minted.out.join('').trim()].map(async (secret) => {
      const authorization = { authorization: `Bearer ${secret}` };
      return listenTo(url, { ...(await beginSession(url, authorization)), ...authorization });
    }),
  );
  server.say({ jsonrpc: '2.0', method: 'notifications/message', params: { level: 'info', data: 'before' } });
  await until(() => [ofKey, ofRun].every((heard) => heard?.text.includes('before') === true));
  await keys.revoke(record.id);
  await until(() => ofKey?.isOver === true);
  expect(ofRun?.isOver).toBe(false);
  await runRevoke(context(), { config, run: 'r', all: false, lift: false, reason: '', format: 'terminal' });
  await until(() => ofRun?.isOver === true);
});
