import { afterEach, expect, it } from 'vitest';
import { Broker } from '../../broker/broker.ts';
import { OAuthWorld, principalOf } from '../../broker/fixtures/oauth-world.ts';
import { brokerSettings, upstreamCredential } from '../../broker/settings.ts';
import type { Exchange } from '../../gateway/exchange.ts';
import { type RouteParts, route } from './routes.ts';

let world: OAuthWorld | undefined;
afterEach(() => world?.close());

it('at a gateway on this machine, whoever sits there may consent, and nobody else', async () => {
  world = await new OAuthWorld().listen();
  const credential = upstreamCredential.parse({ type: 'authorization-code', identity: 'shared' });
  const broker = new Broker(
    {
      settings: brokerSettings.parse(world.settings),
      servers: [{ name: 'docs', url: world.server.mcp, credential }],
      redirectUri: 'http://127.0.0.1:8080/oauth/callback',
    },
    world.ports,
  );
  const asked = await broker.connect('docs', principalOf('anna'));
  if (asked.kind !== 'consent') throw new TypeError(asked.kind);
  const query = (await world.browse(asked.url)).toString();
  const rules = { hosts: new Set(['127.0.0.1:8080']), origins: new Set<string>() };
  const identity = { identify: async () => ({ status: 401, cause: 'identity.missing' }), metadata: () => undefined };
  const come = async (address: string, more: readonly (readonly string[])[] = []): Promise<number> => {
    const statuses: number[] = [];
    const exchange = {
      method: 'GET',
      target: `/oauth/callback?${query}`,
      headers: [['host', '127.0.0.1:8080'], ...more],
      peer: { address },
      respond: (status: number) => statuses.push(status),
    } as unknown as Exchange;
    await route(exchange, { identity, broker, rules } as unknown as RouteParts);
    return statuses[0] ?? 0;
  };
  expect(await come('10.0.0.1')).toBe(400);
  expect(await come('127.0.0.1', [['x-forwarded-for', '10.0.0.1']])).toBe(400);
  expect(await come('127.0.0.1')).toBe(200);
});

it("everybody's consent is given by an administrator, at a gateway that is not on this machine", async () => {
  world = await new OAuthWorld().listen();
  const credential = upstreamCredential.parse({ type: 'authorization-code', identity: 'shared' });
  const broker = new Broker(
    {
      settings: brokerSettings.parse({ ...world.settings, administrators: ['admin'] }),
      servers: [{ name: 'docs', url: world.server.mcp, credential }],
      redirectUri: 'https://gateway.example/oauth/callback',
    },
    world.ports,
  );
  const asked = await broker.connect('docs', principalOf('anna'));
  if (asked.kind !== 'consent') throw new TypeError(asked.kind);
  const query = (await world.browse(asked.url)).toString();
  const rules = { hosts: new Set(['gateway.example']), origins: new Set<string>() };
  const come = async (who: object): Promise<number> => {
    const statuses: number[] = [];
    const exchange = {
      method: 'GET',
      target: `/oauth/callback?${query}`,
      headers: [['host', 'gateway.example']],
      peer: { address: '10.0.0.1' },
      respond: (status: number) => statuses.push(status),
    } as unknown as Exchange;
    const identity = { identify: async () => who, metadata: () => undefined };
    await route(exchange, { identity, broker, rules } as unknown as RouteParts);
    return statuses[0] ?? 0;
  };
  const person = principalOf('boss');
  expect(await come({ status: 401, headers: {}, body: '', reason: '', cause: 'identity.missing' })).toBe(400);
  expect(await come(person)).toBe(400);
  // An agent holds it, not the person.
  expect(await come({ ...person, roles: ['admin'], authentication: 'run-token', run: 'r' })).toBe(400);
  expect(await come({ ...person, roles: ['admin'] })).toBe(200);
});
