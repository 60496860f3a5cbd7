/**
 * The client that the official conformance suite's `auth/*` scenarios are run against: the product's broker, as the gateway
 * uses it, and just enough of MCP over HTTP to make requests. Called as `upstream-client.ts <server url>`; the suite says
 * in the environment which scenario and revision it plays. See .ci/suites/mcp-auth-conformance.sh.
 */
import { randomBytes } from 'node:crypto';
import type { HttpResponse } from '../../src/base/ports.ts';
import { nodeHttp } from '../../src/app/node-http.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { Broker, type UpstreamServer } from '../../src/broker/broker.ts';
import { MemoryStore } from '../../src/broker/credential-store.ts';
import { discover } from '../../src/broker/oauth/discovery.ts';
import { Outbound } from '../../src/broker/outbound.ts';
import type { CredentialOutcome } from '../../src/broker/outcome.ts';
import { brokerSettings, upstreamCredential } from '../../src/broker/settings.ts';
import type { Principal } from '../../src/model/principal.ts';

const { MCP_CONFORMANCE_SCENARIO: scenario = '', MCP_CONFORMANCE_PROTOCOL_VERSION: revision = '2025-11-25' } =
  process.env;
const context = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<string, string>;
const url = process.argv[2] ?? '';
const stateless = revision === '2026-07-28';
const http = nodeHttp({});
const redirectUri = 'http://127.0.0.1:8765/callback';
const person = { issuer: context['idp_issuer'] ?? 'https://idp.test', subject: 'someone', groups: [] };
const principal: Principal = {
  agent: 'conformance',
  person,
  roles: [],
  scopes: [],
  training: [],
  clearance: 'internal',
  authentication: 'jwt',
};

/** The authorization server an operator would have registered with: the suite does not always say. */
async function issuer(): Promise<string> {
  const rules = { trustedOrigins: [], networks: [], allowLoopback: true };
  const request = { server: url, resourceMetadata: undefined, issuer: undefined };
  return context['issuer'] ?? (await discover(new Outbound(http, rules), request)).issuer;
}

/** What an operator would have written for the scenario. */
async function credentialSettings(): Promise<unknown> {
  const client = { id: context['client_id'], secret: 'env:CLIENT_SECRET' };
  switch (scenario) {
    case 'auth/pre-registration':
      return { type: 'authorization-code', client, issuer: await issuer() };
    case 'auth/client-credentials-basic':
      return { type: 'client-credentials', client, issuer: await issuer(), identity: 'shared' };
    case 'auth/client-credentials-jwt':
      return {
        type: 'client-credentials',
        client: { id: context['client_id'], key: 'env:CLIENT_KEY', 'key-algorithm': context['signing_algorithm'] },
        issuer: await issuer(),
        identity: 'shared',
      };
    case 'auth/wif-jwt-bearer':
      return { type: 'workload-identity', assertion: 'env:WORKLOAD_JWT', issuer: await issuer(), identity: 'shared' };
    case 'auth/enterprise-managed-authorization':
      return {
        type: 'enterprise-managed',
        client,
        issuer: await issuer(),
        'identity-provider': { issuer: context['idp_issuer'], client: { id: context['idp_client_id'] } },
      };
    case 'auth/dpop':
    case 'auth/dpop-nonce':
      return { type: 'authorization-code', dpop: true };
    default:
      return { type: 'authorization-code' };
  }
}

async function makeBroker(): Promise<Broker> {
  const server: UpstreamServer = {
    name: 'upstream',
    url,
    credential: upstreamCredential.parse(await credentialSettings()),
  };
  const settings = brokerSettings.parse({
    'allow-loopback': true,
    'client-metadata-url': 'https://conformance-test.local/client-metadata.json',
  });
  return new Broker(
    { settings, servers: [server], redirectUri },
    {
      http,
      clock: nodeClock,
      random: { bytes: (count) => randomBytes(count) },
      variables: {
        CLIENT_SECRET: context['client_secret'],
        CLIENT_KEY: context['private_key_pem'],
        WORKLOAD_JWT: context['valid_jwt'],
      },
      files: { read: () => Promise.resolve(undefined), permissions: () => Promise.resolve(undefined) },
      tokens: new MemoryStore(),
      secrets: () => Promise.resolve(new MemoryStore()),
      record: () => Promise.resolve(),
      notice: ({ code, message }) => console.error(`notice: ${code}: ${message}`),
      subjectToken: () => context['idp_id_token'],
    },
  );
}

const broker = await makeBroker();
const clientInfo = { name: 'demarc', version: '0' };
let id = 0;

function get(target: string): Promise<HttpResponse> {
  return http.send({ method: 'GET', url: target, headers: {}, timeoutMs: 10_000, responseBytesMax: 65_536 });
}

/** The person's browser: opens the page, agrees, and comes back to the gateway. */
async function consent(outcome: Extract<CredentialOutcome, { kind: 'consent' }>): Promise<void> {
  const { headers } = await get(outcome.url);
  const back = new URL(headers['location'] ?? '');
  const completed = await broker.complete(back.searchParams, { kind: 'local' });
  if (completed.kind === 'refused') throw new Error(`${completed.code}: ${completed.message}`);
}

/** Headers for the next request: with the person's consent where it takes one. */
async function authorised(outcome: CredentialOutcome): Promise<Extract<CredentialOutcome, { kind: 'ready' }>> {
  if (outcome.kind === 'ready') return outcome;
  if (outcome.kind === 'refused') throw new Error(`${outcome.code}: ${outcome.message}`);
  await consent(outcome);
  return authorised(await broker.credentialFor('upstream', principal));
}

async function post(message: object, name: string | undefined): Promise<HttpResponse> {
  const body = Buffer.from(JSON.stringify(message));
  const method = (message as { method: string }).method;
  const eraHeaders = {
    ...(method === 'initialize' ? {} : { 'mcp-protocol-version': revision }),
    ...(stateless ? { 'mcp-method': method, ...(name === undefined ? {} : { 'mcp-name': name }) } : {}),
  };
  let credential = await authorised(await broker.credentialFor('upstream', principal));
  for (;;) {
    const answer = await http.send({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'content-length': String(body.length),
        ...eraHeaders,
        ...credential.headers,
        ...(await credential.prove?.({ method: 'POST', url, body })),
      },
      body,
      timeoutMs: 10_000,
      responseBytesMax: 1_000_000,
    });
    if (answer.status < 300) return answer;
    if (answer.status !== 401 && answer.status !== 403) throw new Error(`${method}: status ${answer.status}`);
    const { status, headers } = answer;
    const rejection = {
      status,
      wwwAuthenticate: headers['www-authenticate'],
      dpopNonce: headers['dpop-nonce'],
      reference: credential.reference,
    };
    credential = await authorised(await broker.challenge('upstream', principal, rejection));
  }
}

async function request(method: string, params: Record<string, unknown> = {}, name?: string): Promise<void> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': revision,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  await post({ jsonrpc: '2.0', id: ++id, method, params: stateless ? { ...params, _meta: meta } : params }, name);
}

if (!stateless) {
  await request('initialize', { protocolVersion: revision, capabilities: {}, clientInfo });
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, undefined);
}
await request('tools/list');
await request('tools/call', { name: 'test-tool', arguments: {} }, 'test-tool');
