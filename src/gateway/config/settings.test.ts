import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { gatewaySettings } from './settings.ts';

const one = { a: { url: 'https://a.example/mcp' } };
const problems = (more: object): string[] => {
  const parsed = gatewaySettings.safeParse({ version: 1, servers: one, ...more });
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('the configuration of a gateway', () => {
  it('needs next to nothing, and is careful by default', () => {
    expect(gatewaySettings.parse({ version: 1, servers: one })).toMatchObject({
      listen: '127.0.0.1:8931',
      mode: 'enforce',
      policies: { set: 'provenance' },
      pins: { unpinned: 'first-seen' },
      identity: { origin: 'http://127.0.0.1:8931', anonymous: { agent: 'local' } },
      approvals: { url: 'http://127.0.0.1:8931/approvals' },
      servers: { a: { 'secrets-in-arguments': 'deny', 'secrets-in-results': 'redact', sampling: false } },
    });
  });

  it.each<[string, object, RegExp]>([
    ['an unknown key', { polices: 'open' }, /polices/],
    ['an unknown key of a server', { servers: { a: { ...one.a, sampilng: true } } }, /servers\.a.*sampilng/],
    [
      'a misspelt command of a server, and says nothing of a URL',
      { servers: { a: { comand: '/usr/bin/node', args: ['a.js'] } } },
      /^servers\.a: has no key `comand` \(did you mean `command`\?\)$/,
    ],
    [
      'a server that is none',
      { servers: { a: { args: ['a.js'] } } },
      /^servers\.a: needs `url`, `command` or `package`$/,
    ],
    [
      'a misspelt key of a sandbox',
      { servers: { a: { command: '/usr/bin/node', sandbox: { writeable: [] } } } },
      /^servers\.a\.sandbox: has no key `writeable` \(did you mean `writable`\?\)$/,
    ],
    [
      'a misspelt key of approvals',
      { approvals: { role: ['a'] } },
      /^approvals: has no key `role` \(did you mean `roles`\?\)$/,
    ],
    [
      'a misspelt key of identity',
      { identity: { anonymus: {} } },
      /^identity: has no key `anonymus` \(did you mean `anonymous`\?\)/,
    ],
    ['another version', { version: 2 }, /version/],
    ['a name that is no path', { servers: { 'a/b': one.a } }, /small letters/],
    ['no server', { servers: {} }, /names no server/],
    ['a URL of another kind', { servers: { a: { url: 'file:///etc/passwd' } } }, /http or https/],
    [
      'tokens of an issuer that nobody can show',
      {
        servers: {
          a: { ...one.a, credential: { type: 'token-exchange', issuer: 'https://idp.example', client: { id: 'c' } } },
        },
      },
      /servers\.a\.credential: exchanges tokens of https:\/\/idp\.example/,
    ],
    [
      "everybody's consent that nobody may give",
      {
        identity: { origin: 'https://gateway.example', anonymous: { agent: 'local' } },
        servers: { a: { ...one.a, credential: { type: 'authorization-code', identity: 'shared' } } },
      },
      /credentials\.administrators/,
    ],
    ['a port that is none', { listen: '127.0.0.1:99999' }, /above 65535/],
    [
      'no name for other machines',
      { listen: '0.0.0.0:8931' },
      /^identity\.origin: has to say what clients call the gateway, since `listen` is not of this machine alone$/,
    ],
    [
      'anonymous agents for other machines',
      { listen: '0.0.0.0:8931', identity: { origin: 'https://g.example', anonymous: { agent: 'a' } } },
      /identity\.anonymous/,
    ],
    [
      'scopes of a server that is none, which another one then lacks',
      {
        identity: {
          origin: 'https://g.example',
          issuers: [{ name: 'corp', issuer: 'https://idp' }],
          scopes: { servers: { b: ['b:use'] } },
        },
      },
      /^identity\.scopes\.servers\.b: is no server of `servers`$/,
    ],
    ['nobody who could identify themselves', { identity: { issuers: [] } }, /identity/],
    [
      'a secret in clear',
      { servers: { a: { ...one.a, credential: { type: 'static', secret: 'x', identity: 'shared' } } } },
      /secret in clear/,
    ],
    ...['authorization', 'Cookie', 'mcp-session-id', 'content-length', 'proxy-x', 'a b'].map(
      (name): [string, object, RegExp] => [
        `the header ${name}`,
        { servers: { a: { ...one.a, headers: { [name]: 'x' } } } },
        /servers\.a\.headers/,
      ],
    ),
    ['two lines in a header', { servers: { a: { ...one.a, headers: { x: 'a\r\nb: c' } } } }, /printable ASCII/],
    [
      'a secret in a header in clear',
      { servers: { a: { ...one.a, headers: { x: 'ghp_0123456789abcdefghijABCDEFGHIJ012345' } } } },
      /secret in clear/,
    ],
    [
      'HTTP+SSE of the other era',
      { servers: { a: { ...one.a, transport: 'sse', eras: ['stateless'] } } },
      /a\.eras: .*stateful/,
    ],
    [
      'fields of requests for HTTP+SSE',
      { servers: { a: { ...one.a, transport: 'sse', 'forward-headers': ['x-a'] } } },
      /opened once for a session/,
    ],
    ['a transport that is none', { servers: { a: { ...one.a, transport: 'ws' } } }, /transport/],
    ['a secret in an argument', { servers: { a: { command: '/x', args: [{ secret: 'env:A' }] } } }, /servers\.a\.args/],
  ])('refuses %s', (_what, more, problem) => {
    expect(problems(more).join('\n')).toMatch(problem);
  });

  it.each<[string, object]>([
    [
      'approvals.slack.people.0.issuer',
      {
        slack: {
          'signing-secret': 'env:S',
          people: [{ id: 'U1', issuer: 'https://idp/', subject: 'a', roles: ['r'] }],
        },
      },
    ],
    [
      'approvals.callbacks.0.issuer',
      { callbacks: [{ name: 'a', secret: 'env:S', issuer: 'https://idp/', roles: ['r'] }] },
    ],
    ['approvals.people.0', { people: [{ local: 'jane', 'https://idp/': 'jane' }] }],
  ])('approvals name issuers that tokens have: %s', (where, approvals) => {
    const identity = { origin: 'https://g.example', issuers: [{ name: 'corp', issuer: 'https://idp' }] };
    expect(problems({ identity, approvals })).toEqual([
      `${where}: \`https://idp/\` is neither an issuer of \`identity.issuers\` nor \`local\``,
    ]);
    const fitting = JSON.parse(JSON.stringify(approvals).replace('https://idp/', 'https://idp')) as object;
    expect(problems({ identity, approvals: fitting })).toEqual([]);
  });

  it('takes headers of its own for a server', () => {
    const servers = { a: { ...one.a, headers: { 'X-Region': 'eu' } } };
    expect(gatewaySettings.parse({ version: 1, servers }).servers).toMatchObject({
      a: { headers: { 'x-region': 'eu' } },
    });
  });

  it.each([0, 1])('servers: limit + %i', (more) => {
    const servers = Object.fromEntries(
      Array.from({ length: limits.gatewayServersMax + more }, (_, at) => [`s${at}`, one.a]),
    );
    expect(problems({ servers }).length > 0).toBe(more === 1);
  });
});
