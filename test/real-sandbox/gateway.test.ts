import { freePort } from '../gateway/free-port.ts';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, describe, expect, it } from 'vitest';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { readEnvelopes } from '../../src/app/commands/ledger/read-envelopes.ts';
import { runServersSign } from '../../src/app/commands/gateway/sign-run.ts';
import { openGateway } from '../../src/app/gateway/open-gateway.ts';
import { serveNode } from '../../src/app/gateway/node-server.ts';
import { readGatewayConfig } from '../../src/app/gateway/read-config.ts';
import { ledgerPlace } from '../../src/app/ledger/place.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { processesWith, SandboxWorld } from './world.ts';

const folder = process.env['DEMARC_TEST_MCP_SERVERS'] ?? '';

describe.skipIf(folder === '')('the whole gateway in front of a server in a sandbox', () => {
  const world = new SandboxWorld();
  afterAll(() => world.close());

  it('signs it, starts it for a client, carries its calls, records its start and end, and ends it', async () => {
    const file = world.path('writable', 'memory.jsonl');
    const port = await freePort();
    mkdirSync(world.path('state'), { mode: 0o700 });
    writeFileSync(
      world.path('demarc.gateway.yaml'),
      JSON.stringify({
        version: 1,
        listen: `127.0.0.1:${port}`,
        state: 'state',
        policies: 'open',
        servers: {
          memory: {
            package: {
              npm: '@modelcontextprotocol/server-memory@2026.8.31',
              integrity:
                'sha512-ljj/3S4aGjxdNSQWw6gucKKGnTLdBPWxzapyY/MT2tOVyZwvxChvevXSLPwx59nKJAlVpUVW+cOlnVRXRwiqMQ==',
              folder,
            },
            env: { MEMORY_FILE_PATH: file },
            sandbox: { writable: [world.path('writable')], egress: ['api.example.com'] },
          },
        },
      }),
    );
    chmodSync(world.path('writable'), 0o777);
    const kept = keepingContext();
    const variables = { DEMARC_GATEWAY_STATE: world.path('keys') };
    const context = {
      ...kept,
      clock: nodeClock,
      environment: { ...kept.environment, variables, workingDirectory: world.folder },
    };
    expect(await runServersSign(context, {}, 'demarc.gateway.yaml')).toBe(0);
    expect(kept.out.join('')).toContain('connects to api.example.com:443');

    const { settings, signature } = readGatewayConfig(context, 'demarc.gateway.yaml');
    const gateway = await openGateway(context, { settings, signature, folder: world.folder, tell: () => undefined });
    const server = await serveNode({ handle: gateway.handle, host: '127.0.0.1', port });
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp/memory`)));
    const entities = [{ name: 'thing', entityType: 'test', observations: ['seen'] }];
    const created = await client.callTool({ name: 'create_entities', arguments: { entities } });
    expect(created.isError ?? false).toBe(false);
    expect(JSON.stringify(await client.callTool({ name: 'read_graph', arguments: {} }))).toContain('thing');
    expect(processesWith('server-memory').length).toBeGreaterThan(0);
    await client.close();
    await server.close(100);
    await gateway.close();
    await expect.poll(() => processesWith('server-memory')).toEqual([]);

    const events = [];
    for await (const event of readEnvelopes(ledgerPlace(context, world.path('state', 'ledger')))) events.push(event);
    const ofSandbox = events.filter(({ kind }) => kind.startsWith('sandbox.'));
    expect(ofSandbox.map(({ kind, server: name }) => `${kind} ${name}`)).toEqual(
      expect.arrayContaining(['sandbox.start memory', 'sandbox.exit memory']),
    );
    expect(ofSandbox[0]?.reasons).toEqual(['sandbox.bubblewrap', 'sandbox.limits.process']);
  }, 120_000);
});
