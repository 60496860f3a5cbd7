/** Run tokens as an operator mints and revokes them: the commands, a whole gateway on a socket, and its ledger. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runRevoke } from '../../src/app/commands/gateway/revoke-run.ts';
import type { RevokeFlags } from '../../src/app/commands/gateway/revoke.ts';
import { runToken } from '../../src/app/commands/gateway/token-run.ts';
import type { TokenFlags } from '../../src/app/commands/gateway/token.ts';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { nodeClock } from '../../src/app/node-ports.ts';
import { eventsOf, type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

let server: MadeServer;
let whole: WholeGateway;
let config: string;

beforeAll(async () => {
  server = await makeServer('tickets', (made) =>
    made.registerTool('get_ticket', {}, () => ({ content: [{ type: 'text', text: 'ticket' }] })),
  );
  const lines = [
    'policies: {set: .}',
    'identity: {run-tokens: {key-file: run.key}, issuers: [{name: id, issuer: "https://id.example"}]}',
    `servers:\n  tickets: {url: "${server.url}", eras: [stateless]}\n  other: {url: "${server.url}", eras: [stateless]}`,
  ];
  whole = await wholeGateway(lines.join('\n'), { 'a.cedar': '@id("all") permit (principal, action, resource);' });
  config = join(whole.folder, 'demarc.gateway.yaml');
}, 120_000);
afterAll(() => {
  server.close();
  whole.remove();
});

async function mint(flags: Partial<TokenFlags>): Promise<string> {
  const context = { ...keepingContext(), clock: nodeClock };
  await runToken(context, { config, agent: 'support', run: 'r1', format: 'terminal', ...flags });
  expect(context.err.join('')).toContain('end it with: demarc gateway revoke --run');
  return context.out.join('').trim();
}
async function revoke(flags: Partial<RevokeFlags>): Promise<string> {
  const context = { ...keepingContext(), clock: nodeClock };
  await runRevoke(context, { config, all: false, lift: false, reason: '', format: 'terminal', ...flags });
  return context.out.join('');
}
const call = async (token: string, name = 'tickets'): Promise<unknown> => {
  const client = await whole.client(name, { authorization: `Bearer ${token}` });
  return client.callTool({ name: 'get_ticket', arguments: {} });
};
const refused = (token: string, name = 'tickets'): Promise<void> =>
  expect(call(token, name)).rejects.toThrow(/401|Unauthorized|invalid_token/);
/** What was ordered counts within a quarter of a second. */
const untilRefused = (token: string): Promise<void> => vi.waitFor(() => refused(token), { timeout: 5_000 });

describe('run tokens', () => {
  it('let one agent in, for the servers they name', async () => {
    const token = await mint({ server: ['tickets'] });
    expect(await call(token)).toMatchObject({ content: [{ text: 'ticket' }] });
    await refused(token, 'other');
    await refused(`${token.slice(0, -4)}AAAA`);
    await expect(mint({ server: ['nowhere'] })).rejects.toMatchObject({ code: 'DMC_UNKNOWN_ID' });
    await expect(mint({ ttl: '90d' })).rejects.toMatchObject({ code: 'DMC_IDENTITY' });
    await expect(mint({ ttl: 'soon' })).rejects.toMatchObject({ code: 'DMC_USAGE' });
    await expect(mint({ run: 'not a run' })).rejects.toMatchObject({ code: 'DMC_IDENTITY' });
    await expect(mint({ person: 'nobody' })).rejects.toMatchObject({ code: 'DMC_USAGE' });
    await expect(mint({ person: 'https://id.example/#erika' })).rejects.toMatchObject({ code: 'DMC_UNKNOWN_ID' });
  });

  it('end with their run, with their person, or with all, and the ledger says who ordered it', async () => {
    const [one, two, three] = [
      await mint({ run: 'one' }),
      await mint({ run: 'two', person: 'https://id.example#erika' }),
      await mint({ run: 'three' }),
    ];
    for (const token of [one, two, three]) await call(token);
    expect(await revoke({})).toContain('Nothing is revoked');
    expect(await revoke({ run: 'one', reason: 'it misbehaves' })).toContain('To be revoked: run one');
    await untilRefused(one);
    await call(two);
    await refused(await mint({ run: 'one' }));
    await revoke({ person: 'https://id.example#erika' });
    await untilRefused(two);
    await call(three);
    await revoke({ run: 'one', lift: true });
    await vi.waitFor(() => call(one), { timeout: 5_000 });
    await revoke({ all: true });
    await untilRefused(three);
    expect(await revoke({})).toMatch(
      /person https:\/\/id\.example#erika {2}since .+\neverything issued until then {2}since/,
    );
  });

  it('what cannot be an order is left, told once, and stops no other', async () => {
    writeFileSync(join(whole.folder, 'state', 'revoke', '0.json'), '{"what":{"kind":"everybody"}}');
    await revoke({ all: true, lift: true });
    const token = await mint({ run: 'four' });
    await vi.waitFor(() => call(token), { timeout: 5_000 });
    await revoke({ run: 'four' });
    await untilRefused(token);
    expect(whole.told.filter((line) => line.includes('0.json'))).toHaveLength(1);
    await expect(revoke({ run: 'a', agent: 'b' })).rejects.toMatchObject({ code: 'DMC_USAGE' });
    await expect(revoke({ lift: true })).rejects.toMatchObject({ code: 'DMC_USAGE' });
  });

  it('every order is an event', async () => {
    await whole.close();
    const events = (await eventsOf(whole.folder)).filter(({ reference }) => reference === 'revocations');
    expect(events.map(({ decision, reasons }) => [decision, reasons?.[0]])).toEqual([
      ['deny', 'revoked.run'],
      ['deny', 'revoked.person'],
      ['allow', 'revoked.run'],
      ['deny', 'revoked.all'],
      ['allow', 'revoked.all'],
      ['deny', 'revoked.run'],
    ]);
    expect(events[0]).toMatchObject({ run: 'one', severity: 'high' });
  });
});
