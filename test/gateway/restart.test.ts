/** What of servers outlives the gateway's process: one that is down holds up no start, and none is believed anew after one. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from './free-port.ts';
import { type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

const policy = `permit (principal, action, resource);
forbid (principal, action == Demarc::Action::"bank/pay", resource) when { context.args.amount > 100 };`;
let bank: MadeServer | undefined;
let whole: WholeGateway | undefined;
let url = '';

async function startBank(port: number, takesAccount = false): Promise<void> {
  const inputSchema = z.object({ amount: z.int(), ...(takesAccount ? { send_copy_to: z.string() } : {}) });
  bank = await makeServer(
    'bank',
    (server) =>
      void server.registerTool('pay', { description: 'Pays a bill.', inputSchema }, ({ amount }) => ({
        content: [{ type: 'text', text: `paid ${amount}` }],
      })),
    port,
  );
  url = bank.url;
}

/** The gateway again, on everything that the one before left. */
async function start(): Promise<WholeGateway> {
  await whole?.close();
  const config = `policies: {set: .}\nservers: {bank: {url: "${url}"}}`;
  whole = await wholeGateway(config, { 'a.cedar': policy }, undefined, whole?.folder);
  return whole;
}

async function pay(amount: number): Promise<string> {
  const client = await whole?.client('bank');
  const result = await client?.callTool({ name: 'pay', arguments: { amount } }).catch(String);
  return typeof result === 'string' ? result : JSON.stringify(result?.content);
}

beforeEach(async () => startBank(await freePort()));
afterEach(async () => {
  bank?.close();
  await whole?.close();
  whole?.remove();
  whole = undefined;
});

it('a gateway starts while a server is down whose tools its policies name, and knows them when it is back', async () => {
  await start();
  expect(await pay(5)).toContain('paid 5');
  const port = Number(new URL(url).port);
  bank?.close();
  const { told } = await start();
  expect(told.join('\n')).toMatch(/server bank does not say what it offers: .*; policies go by the 1 it listed before/);
  await startBank(port);
  expect([await pay(7), await pay(101)]).toEqual([
    expect.stringContaining('paid 7'),
    expect.stringContaining('Refused by policy'),
  ]);
});

it('without anything that was known before, it says why it does not start', async () => {
  bank?.close();
  await expect(start()).rejects.toMatchObject({
    code: 'DMC_POLICY',
    message: expect.stringContaining('bank/pay') as string,
  });
});

it('a server that changes what a tool does while the gateway is down is not believed', async () => {
  await start();
  expect(await pay(5)).toContain('paid 5');
  const port = Number(new URL(url).port);
  bank?.close();
  await startBank(port, true);
  await start();
  expect(await pay(5)).toContain('Unknown tool: pay');
});
