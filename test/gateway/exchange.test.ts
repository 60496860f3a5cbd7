/** What the gateway is put together with: the token a person shows it is exchanged where it was issued, and goes nowhere else. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuthorizationServer } from '../../src/broker/fixtures/oauth-world.ts';
import { TestIssuer } from '../../src/gateway/identify/fixtures/test-issuer.ts';
import { type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

let issuer: TestIssuer;
let authorization: AuthorizationServer;
let server: MadeServer;
let whole: WholeGateway;

beforeAll(async () => {
  issuer = await TestIssuer.start();
  authorization = new AuthorizationServer();
  await authorization.listen();
  server = await makeServer('files', (made) =>
    made.registerTool('get_time', { description: 'Reads the time.' }, () => ({
      content: [{ type: 'text', text: 'noon' }],
    })),
  );
  const provider = `identity-provider: {issuer: '${issuer.issuer}', token-endpoint: '${authorization.url}/token', client: {id: demarc}}`;
  whole = await wholeGateway(`policies: open
identity:
  issuers: [{name: corp, issuer: '${issuer.issuer}', audiences: [api]}]
servers:
  files:
    url: ${server.url}
    credential: {type: token-exchange, issuer: '${authorization.url}', subject-issuer: '${issuer.issuer}', client: {id: demarc}}
  chat:
    url: ${server.url}
    credential: {type: enterprise-managed, issuer: '${authorization.url}', client: {id: demarc}, ${provider}}
`);
}, 60_000);

afterAll(async () => {
  await whole.close();
  whole.remove();
  server.close();
  await authorization.close();
  await issuer.stop();
});

const tokenOf = (subject: string): Promise<string> =>
  issuer.sign({ aud: 'api', sub: subject, client_id: 'bot', exp: Math.floor(Date.now() / 1000) + 300 });

it.each([
  ['files', 'urn:ietf:params:oauth:token-type:access_token'],
  ['chat', 'urn:ietf:params:oauth:token-type:id_token'],
])('the token of a person is exchanged for one of the server: %s', async (name, type) => {
  const before = authorization.at('/token').length;
  const token = await tokenOf('jane');
  const client = await whole.client(name, { authorization: `Bearer ${token}` });
  const called = await client.callTool({ name: 'get_time', arguments: {} });
  expect(called.content).toEqual([{ type: 'text', text: 'noon' }]);
  const [exchange] = authorization.at('/token').slice(before);
  expect(Object.fromEntries(exchange?.form ?? [])).toMatchObject({ subject_token: token, subject_token_type: type });
  const sent = server.seen.map(({ headers, body }) => JSON.stringify(headers) + body).join('\n');
  expect(sent).not.toContain(token);
  expect([...authorization.accessTokens.keys()].some((issued) => sent.includes(issued))).toBe(true);
});
