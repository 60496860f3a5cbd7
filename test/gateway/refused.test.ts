/** Whoever is refused leaves a trace in the ledger, at whatever path they knocked. */
import { afterEach, expect, it } from 'vitest';
import { eventsOf, type WholeGateway, wholeGateway } from './whole.ts';

let whole: WholeGateway | undefined;
afterEach(() => whole?.remove());

it.each(['/mcp/one', '/approvals', '/oauth/callback?code=a&state=b'])('at %s', async (path) => {
  whole = await wholeGateway(
    'policies: open\nidentity: {api-keys: {}}\nservers: {one: {url: "http://127.0.0.1:1/mcp", eras: [stateless]}}',
  );
  const headers = { authorization: 'Bearer no-token', 'content-type': 'application/json' };
  const method = path === '/mcp/one' ? 'POST' : 'GET';
  for (let time = 0; time < 3; time++)
    expect((await fetch(`${whole.origin}${path}`, { method, headers })).status).toBe(401);
  await whole.close();
  const denied = (await eventsOf(whole.folder)).filter(({ decision }) => decision === 'deny');
  // The first at once, those that followed by their number.
  const told = ['decision', ['identity.token']];
  expect(denied.map(({ kind, reasons }) => [kind, reasons])).toEqual([told, told]);
});
