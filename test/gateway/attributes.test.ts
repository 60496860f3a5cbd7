/** Trainings and postures from the file the configuration names, as policies of the whole gateway see them. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { nodeClock } from '../../src/app/node-ports.ts';
import { eventsOf, type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

const openMs = 120_000;
const dayMs = 24 * 60 * 60_000;
const day = (fromNow: number): string => new Date(nodeClock.now() + fromNow * dayMs).toISOString().slice(0, 10);

const policy = `
@id("all") permit (principal, action, resource);
@id("trained") @reason("training.missing")
forbid (principal, action, resource) unless { principal.training.contains("agent-basics") };
@id("held") @reason("posture.unknown")
forbid (principal, action, resource) unless { principal.postureLevel >= 2 };`;
const agent = (training: string): string => `agents: {local: {posture: controlled, training: [${training}]}}`;

let server: MadeServer;
let whole: WholeGateway;
/** Milliseconds the gateway's clock is ahead. */
let aheadMs = 0;
const clock = { now: (): number => nodeClock.now() + aheadMs, monotonic: (): number => nodeClock.monotonic() };
const config = (): string =>
  [
    'policies: {set: .}',
    'attributes: attributes.yaml',
    'servers:',
    `  tickets: {url: "${server.url}", eras: [stateless]}`,
  ].join('\n');
const write = (text: string): void => writeFileSync(join(whole.folder, 'attributes.yaml'), text);
const calls = (): number => server.seen.filter(({ body }) => body.includes('tools/call')).length;

/** @returns how many calls reached the server: 0 or 1 */
async function reached(): Promise<number> {
  const before = calls();
  const client = await whole.client('tickets');
  await client.callTool({ name: 'close_ticket', arguments: { id: 7 } }).catch(() => undefined);
  return calls() - before;
}

beforeAll(async () => {
  server = await makeServer('tickets', (made) => {
    made.registerTool('close_ticket', { inputSchema: z.object({ id: z.number() }) }, () => ({
      content: [{ type: 'text', text: 'closed' }],
    }));
  });
  whole = await wholeGateway(config(), { 'a.cedar': policy, 'attributes.yaml': 'agents: {}\n' }, clock);
}, openMs);
afterAll(() => {
  server.close();
  whole.remove();
});

describe('a policy that requires a training', () => {
  it('denies without it', async () => {
    expect(await reached()).toBe(0);
  });

  it('allows with it, from when the file says so', async () => {
    write(agent(`{module: agent-basics, expires: ${day(30)}}`));
    expect(whole.gateway.reload()).toBe(true);
    expect(await reached()).toBe(1);
  });

  it('denies with another one only, and the file is read again without being told', async () => {
    write(agent(`{module: other, expires: ${day(30)}}`));
    await expect.poll(reached, { timeout: 20_000, interval: 200 }).toBe(0);
    write(agent(`{module: agent-basics, expires: ${day(30)}}`));
    await expect.poll(reached, { timeout: 20_000, interval: 200 }).toBe(1);
  });

  it('a file that is none, or is gone, leaves what was known, and says so', async () => {
    write('agents: {local: {posture: closed}}');
    expect(whole.gateway.reload()).toBe(false);
    expect(whole.told.at(-1)).toMatch(/^attributes stay as they were: attributes\.yaml: `agents\.local\.posture`/);
    rmSync(join(whole.folder, 'attributes.yaml'));
    expect(whole.gateway.reload()).toBe(false);
    expect(whole.told.at(-1)).toMatch(/^attributes stay as they were: `attributes\.yaml` cannot be read/);
    expect(await reached()).toBe(1);
  });

  it('denies after its end, without anything being read', async () => {
    aheadMs = 31 * dayMs;
    expect(await reached()).toBe(0);
  });

  it('denials and changes are in the ledger', async () => {
    await whole.close();
    const events = await eventsOf(whole.folder);
    expect(events.filter(({ reasons }) => reasons?.includes('training.missing')).length).toBeGreaterThanOrEqual(3);
    const changes = events.filter(({ reference }) => reference === 'attributes');
    expect(new Set(changes.map(({ outcome, error }) => `${outcome} ${error ?? ''}`.trim()))).toEqual(
      new Set(['ok', 'error DMC_CONFIG_INVALID', 'error DMC_CONFIG_UNREADABLE']),
    );
  });
});

describe('a gateway', () => {
  it('does not start without the file it names', async () => {
    await expect(wholeGateway(config(), { 'a.cedar': policy })).rejects.toThrow(/attributes\.yaml.*cannot be read/);
  });
});
