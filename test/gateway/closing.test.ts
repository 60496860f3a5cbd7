/** A gateway that is ended while people are asked: nothing that is under way outlives what it needs. */
import { expect, it } from 'vitest';
import { meta, post, statelessHeaders } from './requests.ts';
import { makeServer, wholeGateway } from './whole.ts';

it('closes its database once nothing is under way in it', async () => {
  const mail = await makeServer('mail', (server) => {
    server.registerTool('send_email', {}, () => ({ content: [] }));
  });
  const whole = await wholeGateway(
    [
      'identity: {anonymous: {agent: local}}',
      'policies: {set: .}',
      'approvals: {wait-ms: 30000}',
      `servers: {mail: {url: "${mail.url}", eras: [stateless]}}`,
    ].join('\n'),
    { 'a.cedar': 'permit (principal, action, resource); @ask("four.eyes") forbid (principal, action, resource);' },
  );
  const call = async (at: number): Promise<void> => {
    const params = { name: 'send_email', arguments: {}, _meta: { ...meta, 'dev.demarc/run': `r${at}` } };
    const body = { jsonrpc: '2.0', id: at, method: 'tools/call', params };
    await post(new URL('/mcp/mail', whole.origin), body, { ...statelessHeaders, 'mcp-name': 'send_email' })
      .then((answer) => answer.text())
      .catch(() => undefined);
  };
  const first = call(0);
  await expect.poll(() => whole.told.some((line) => line.includes('waits')), { timeout: 60_000 }).toBe(true);
  const calls = [first, ...Array.from({ length: 40 }, (_, at) => call(at + 1))];
  await new Promise((resolve) => setTimeout(resolve, 50));
  const before = performance.now();
  await whole.close();
  await Promise.all(calls);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(whole.told.filter((line) => !line.includes('waits'))).toEqual([
    expect.stringMatching(/^made the ledger/),
    'making the database of the gateway',
  ]);
  expect(performance.now() - before).toBeLessThan(10_000);
  mail.close();
  whole.remove();
}, 120_000);
