import { describe, expect, it } from 'vitest';
import { limits } from '../../../base/limits.ts';
import { read } from '../../../collect/agents/fixtures/memory-tree.ts';
import { parseGatewayConfig } from '../read-config.ts';
import { plainYaml } from '../../plain-yaml.ts';
import { configurationText } from './configuration-text.ts';
import { type Plan, type PlanInput, planInit } from './plan.ts';

const json = (value: unknown): string => JSON.stringify(value, undefined, 2);
const place = { listen: '127.0.0.1:10000', state: '/home/ana/.local/state/demarc/gateway/configurations/w' };
const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const base = { HOME: '/home/ana', PATH: '/usr/bin' };

/** Plans a move of what the collector finds in a tree below `/w`. */
async function plan(files: Readonly<Record<string, string>>, more: Partial<PlanInput> = {}): Promise<Plan> {
  const { resources } = await read(files);
  return planInit({
    found: resources
      .filter(({ type }) => type === 'mcp.server')
      .map(({ dialect, properties, location, scope, name, confidence }) => ({
        client: dialect,
        scope: String(properties['scope'] as string),
        file: `/w/${location.file}`,
        realFile: `/w/${location.file}`,
        folder: scope === '' ? '/w' : `/w/${scope}`,
        name,
        line: location.line,
        column: location.column,
        isOff: properties['disabled'] === true,
        isExample: confidence === 'example',
      })),
    texts: new Map(Object.entries(files).map(([path, text]) => [`/w/${path}`, text])),
    configuration: '/w/demarc.gateway.yaml',
    program: ['demarc'],
    servers: {},
    secrets: new Map(),
    world: {
      home: '/home/ana',
      variables: { ...base, REGION: 'eu' },
      platform: 'linux',
      lookup: (program) =>
        ['npx', 'uvx', 'docker'].includes(program)
          ? `/usr/bin/${program}`
          : program.startsWith('/')
            ? program
            : undefined,
      realFolder: (path) => (path.startsWith('/none') ? undefined : path),
    },
    ...more,
  });
}
const cursor = (servers: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> => ({
  '.cursor/mcp.json': json({ mcpServers: servers }),
});
async function settingsOf(entry: unknown): Promise<unknown> {
  const { servers, left } = await plan(cursor({ s: entry }));
  return servers[0]?.settings ?? left[0]?.why;
}

describe('a server on this machine', () => {
  it('gets an absolute path, its folder, and the environment it had', async () => {
    const planned = await plan(cursor({ acme: { command: 'npx', args: ['-y', 'acme'], env: { MODE: 'x' } } }));
    expect(planned.servers).toEqual([
      {
        name: 'acme',
        isNew: true,
        from: [{ client: 'cursor', file: '/w/.cursor/mcp.json', name: 'acme' }],
        settings: {
          command: '/usr/bin/npx',
          args: ['-y', 'acme'],
          env: { ...base, MODE: 'x' },
          cwd: '/w',
          sandbox: expect.objectContaining({ none: expect.any(String) }) as object,
        },
      },
    ]);
    expect(JSON.parse(planned.edits[0]?.after ?? '')).toEqual({
      mcpServers: {
        acme: {
          command: 'demarc',
          args: ['mcp', 'bridge', '--config', '/w/demarc.gateway.yaml', '--server', 'acme'],
        },
      },
    });
  });

  it.each<[string, unknown, unknown]>([
    ['relative to the project', { command: './bin/x' }, { command: '/w/bin/x', cwd: '/w' }],
    ['relative to its folder', { command: './x', cwd: 'sub' }, { command: '/w/sub/x', cwd: '/w/sub' }],
    ['below the home', { command: '~/x', cwd: '~' }, { command: '/home/ana/x', cwd: '/home/ana' }],
    ['a whole line', { command: 'npx -y "a b"' }, { command: '/usr/bin/npx', args: ['-y', 'a b'] }],
    ['by a variable', { command: '${HOME}/x' }, { command: '/home/ana/x' }],
  ])('%s', async (_what, entry, settings) => {
    expect(await settingsOf(entry)).toMatchObject(settings as object);
  });

  it.each<[unknown, RegExp]>([
    [{ command: 'nothing-there' }, /`nothing-there` is not found through PATH/],
    [{ command: '${NOWHERE}/x' }, /no value here/],
    [{ command: 'npx', cwd: '/none' }, /there is no folder `\/none`/],
    [{ command: 'npx', envFile: '.env' }, /from a file \(`envFile`\)/],
    [{ command: 'npx', env: { K: '${input:key}' } }, /only the client knows what `\$\{input:key\}` is/],
    [{ command: 'npx', env: { 'a b': 'x' } }, /no name of a variable/],
    [{ command: 'npx', args: '-y acme' }, /its arguments are not written as a list \(`args`\)/],
    [{ command: 'npx', env: ['MODE=x'] }, /its variables are not written by name \(`env`\)/],
    [{ url: 'https://a.example/mcp', headers: 'X-Key: 1' }, /its header fields are not written by name \(`headers`\)/],
  ])('%j stays, and why is told', async (entry, why) => {
    expect(await settingsOf(entry)).toMatch(why);
  });

  it('programs that need a shell stay', async () => {
    const { left } = await plan(cursor({ s: { command: 'npx' } }), {
      world: {
        home: 'C:\\u',
        variables: {},
        platform: 'win32',
        lookup: () => 'C:\\n\\npx.cmd',
        realFolder: (path) => path,
      },
    });
    expect(left[0]?.why).toMatch(/needs a shell/);
  });
});

it('an entry that a person has for one project starts in that project', async () => {
  const projects = { '/srv/shop': { mcpServers: { s: { command: 'npx', args: ['${workspaceFolder}/a'] } } } };
  const { servers } = await plan({ '.claude.json': json({ mcpServers: { s: { command: 'uvx' } }, projects }) });
  expect(servers.map(({ name, settings }) => [name, settings['cwd'], settings['args']])).toEqual([
    ['s', undefined, undefined],
    ['s-2', '/srv/shop', ['/srv/shop/a']],
  ]);
});

it('a variable that Gemini CLI refers to without braces is one, and no secret to put away', async () => {
  const entries = {
    api: { httpUrl: 'https://a.example/mcp', headers: { 'X-Api-Key': '$API_KEY' } },
    local: { command: '$HOME/bin/x', env: { LOCAL_TOKEN: '$API_KEY', PRICE: '5$', REGION: 'a-$REGION' } },
  };
  const { servers, secrets } = await plan({ '.gemini/settings.json': json({ mcpServers: entries }) });
  expect(secrets).toEqual([]);
  expect(servers.map(({ settings }) => settings)).toMatchObject([
    { credential: { secret: 'env:API_KEY' } },
    {
      command: '/home/ana/bin/x',
      env: { LOCAL_TOKEN: { secret: 'env:API_KEY' }, PRICE: '5$', REGION: 'a-eu' },
    },
  ]);
  const elsewhere = await plan(cursor({ api: { url: 'https://a.example/mcp', headers: { 'X-Api-Key': '$API_KEY' } } }));
  expect(elsewhere.secrets).toEqual([{ name: 'api/x-api-key', value: '$API_KEY' }]);
});

describe('secrets', () => {
  it('of variables go to the store, references stay references', async () => {
    const planned = await plan(
      cursor({
        s: {
          command: 'npx',
          args: ['--region', '${env:REGION}-1'],
          env: { GITHUB_TOKEN: token, OTHER: '${OTHER}', DATABASE_URL: 'mysql://u:hunter22@db/x', PLAIN: 'p' },
        },
      }),
    );
    expect(planned.servers[0]?.settings).toMatchObject({
      args: ['--region', 'eu-1'],
      env: {
        GITHUB_TOKEN: { secret: 'store:s/GITHUB_TOKEN' },
        OTHER: { secret: 'env:OTHER' },
        DATABASE_URL: { secret: 'store:s/DATABASE_URL' },
        PLAIN: 'p',
      },
    });
    expect(Object.fromEntries(planned.secrets.map(({ name, value }) => [name, value]))).toEqual({
      's/GITHUB_TOKEN': token,
      's/DATABASE_URL': 'mysql://u:hunter22@db/x',
    });
    const shown = JSON.stringify([planned.servers, planned.edits[0]?.after]);
    for (const { value } of planned.secrets) expect(shown).not.toContain(value);
  });

  it.each(['k-1 after --api-key', '--token=abc', 'postgres://u:pw@db/x'])(
    'in an argument cannot be moved: everybody on the machine can read it there (%s)',
    async (argument) => {
      const args = argument.startsWith('k-1') ? ['--api-key', 'k-1'] : [argument];
      const planned = await plan(cursor({ s: { command: 'npx', args } }));
      expect([planned.servers, planned.edits, planned.secrets]).toEqual([[], [], []]);
      expect(planned.left[0]?.why).toMatch(/^argument \d holds a secret/);
    },
  );

  it('an argument is one where its option or its shape says so', async () => {
    const args = ['--api-key', '--verbose', '--token=', '--max-tokens', '5', '--token=${KEY}', '--region=${REGION}'];
    expect(await settingsOf({ command: 'npx', args, env: { KEY: 'x-1' } })).toMatchObject({
      args: [...args.slice(0, -1), '--region=eu'],
    });
    expect(await settingsOf({ command: 'npx', args: ['--token=${GH}'] })).toMatch(/no value here/);
    expect(await settingsOf({ command: 'npx', args: ['${API_TOKEN}'] })).toMatch(/no value here/);
  });

  it('that an argument hands on to the server by name stay with the server', async () => {
    const entry = { command: 'npx', args: ['--header', 'Authorization: Bearer ${KEY}'], env: { KEY: 'secret-1' } };
    expect(await settingsOf(entry)).toMatchObject({ args: ['--header', 'Authorization: Bearer ${KEY}'] });
  });

  it('never replace another secret of the same name', async () => {
    const files = cursor({ s: { command: 'npx', env: { A_TOKEN: 'new' } } });
    const other = await plan(files, { secrets: new Map([['s/A_TOKEN', 'old']]) });
    expect(other.secrets).toEqual([{ name: 's/A_TOKEN-2', value: 'new' }]);
    const same = await plan(files, { secrets: new Map([['s/A_TOKEN', 'new']]) });
    expect(same.secrets).toEqual([]);
    expect(same.servers[0]?.settings).toMatchObject({ env: { A_TOKEN: { secret: 'store:s/A_TOKEN' } } });
  });

  it.each([0, 1])('of the largest size are kept; with %i more they stay where they are', async (more) => {
    const value = 'x'.repeat(limits.brokerSecretBytesMax + more);
    const planned = await plan(cursor({ s: { command: 'npx', env: { A_TOKEN: value } } }));
    expect(planned.secrets).toHaveLength(1 - more);
    expect(planned.left).toHaveLength(more);
  });
});

describe('a server behind an address', () => {
  const url = 'https://mcp.example/x';
  it.each<[string, unknown, unknown]>([
    ['without a credential', { url }, { url, credential: { type: 'authorization-code' } }],
    ['on plain http', { url: 'http://localhost:1/x' }, { url: 'http://localhost:1/x' }],
    [
      'with a bearer token',
      { url, headers: { Authorization: `Bearer ${token}` } },
      { credential: { type: 'static', secret: 'store:s/authorization', identity: 'shared' } },
    ],
    [
      'with a variable in the header',
      { url, headers: { Authorization: 'token ${GH}' } },
      { credential: { type: 'static', secret: 'env:GH', scheme: 'token', identity: 'shared' } },
    ],
    [
      'with a key, and a header that is no secret',
      { url, headers: { 'X-Api-Key': 'k', 'X-Region': '${REGION}', Accept: '*/*' } },
      {
        headers: { 'x-region': 'eu' },
        credential: {
          type: 'static',
          secret: 'store:s/x-api-key',
          header: 'x-api-key',
          scheme: '',
          identity: 'shared',
        },
      },
    ],
    ['of HTTP+SSE', { url, type: 'SSE' }, { url, transport: 'sse' }],
    ['at the path of such servers', { url: 'https://mcp.example/v1/sse' }, { transport: 'sse' }],
    [
      'with a user and a password in the address',
      { url: 'https://u:p@mcp.example/x' },
      { url, credential: { type: 'static', secret: 'store:s/authorization', scheme: 'Basic', identity: 'shared' } },
    ],
  ])('%s', async (_what, entry, settings) => {
    expect(await settingsOf(entry)).toMatchObject(settings as object);
  });

  it('is not of HTTP+SSE where its entry says that it is not, whatever its path', async () => {
    expect(await settingsOf({ url: 'https://mcp.example/sse', type: 'http' })).not.toHaveProperty('transport');
    expect(await settingsOf({ url: 'https://mcp.example/sse-like' })).not.toHaveProperty('transport');
  });

  it.each<[unknown, RegExp]>([
    [{ url: `${url}?api_key=abcdefgh12345` }, /its address holds a secret/],
    [{ url: `${url}?token=a` }, /its address holds a secret/],
    [{ url: 'https://x.example/${API_KEY}' }, /no value here/],
    [{ url: 'not a url' }, /is no URL/],
    [{ url: 'https://u:100%pw@x.example' }, /a `%` that encodes nothing/],
    [{ url, headers: { Authorization: 'Bearer a', 'X-Api-Key': 'b' } }, /two secrets at once/],
    [{ url, headers: { 'Mcp-Session-Id': 'x' } }, /`headers.mcp-session-id`/],
    [{ url, headers: { 'X-Api-Key': 'schlüssel' } }, /does not fit into a header/],
    [{ url, oauth: { clientId: 'x' } }, /signs in with settings of its own/],
    [{ url: 'ftp://x.example' }, /does not take `url`/],
  ])('%j stays, and why is told', async (entry, why) => {
    expect(await settingsOf(entry)).toMatch(why);
  });
});

describe('names', () => {
  it('the same entry in several clients is one server, another of the same name is the next', async () => {
    const entry = { command: 'npx', args: ['-y', 'a'], env: { B: '1', A: '2' } };
    const planned = await plan({
      '.cursor/mcp.json': json({ mcpServers: { acme: entry } }),
      '.vscode/mcp.json': json({ servers: { Acme: { type: 'stdio', ...entry, env: { A: '2', B: '1' } } } }),
      '.mcp.json': json({ mcpServers: { acme: { command: 'npx', args: ['-y', 'b'] }, 'Ünï / x': { command: 'uvx' } } }),
    });
    expect(planned.servers.map(({ name, from }) => [name, from.map(({ client }) => client).sort()])).toEqual([
      ['acme', ['cursor', 'vscode']],
      ['acme-2', ['claude-code']],
      ['n-x', ['claude-code']],
    ]);
    expect(planned.edits.map(({ after }) => /"--server",\s+"([^"]+)"/.exec(after)?.[1] ?? '').sort()).toEqual([
      'acme',
      'acme',
      'acme-2',
    ]);
  });

  it('what the configuration has already is used, and never changed', async () => {
    const files = cursor({ acme: { command: 'npx' } });
    const first = (await plan(files)).servers[0]?.settings ?? {};
    expect((await plan(files, { servers: { acme: first } })).servers).toMatchObject([{ name: 'acme', isNew: false }]);
    expect((await plan(files, { servers: { acme: { url: 'https://x.example' } } })).servers).toMatchObject([
      { name: 'acme-2', isNew: true },
    ]);
  });

  it.each([0, 1])('a gateway with as many servers as it may have, and %i more', async (more) => {
    const servers = Object.fromEntries(
      Array.from({ length: limits.gatewayServersMax - 1 + more }, (_, at) => [`o${at}`, { url: 'https://x.example' }]),
    );
    const planned = await plan(cursor({ acme: { command: 'npx' } }), { servers });
    expect(planned.servers).toHaveLength(1 - more);
    expect(planned.left).toHaveLength(more);
  });
});

describe('what is not moved', () => {
  it.each<[string, string, unknown, RegExp]>([
    ['managed', 'etc/claude-code/managed-mcp.json', { mcpServers: { a: { command: 'npx' } } }, /whole machine/],
    ['of an extension', 'gemini-extension.json', { mcpServers: { a: { command: 'npx' } } }, /extension/],
    [
      'in a container',
      '.devcontainer/devcontainer.json',
      { customizations: { vscode: { mcp: { servers: { a: { command: 'npx' } } } } } },
      /inside a container/,
    ],
    ['an example', 'examples/.mcp.json', { mcpServers: { a: { command: 'npx' } } }, /is an example/],
    ['off', '.mcp.json', { mcpServers: { a: { command: 'npx', disabled: true } } }, /switched off/],
    ['empty', '.mcp.json', { mcpServers: { a: { note: 'x' } } }, /neither a command nor an address/],
  ])('%s', async (_what, path, value, why) => {
    const planned = await plan({ [path]: json(value) });
    expect(planned.servers).toEqual([]);
    expect(planned.edits).toEqual([]);
    expect(planned.left).toMatchObject([{ name: 'a', why: expect.stringMatching(why) as unknown }]);
  });

  it.each([[['demarc']], [['/usr/bin/node', '/opt/demarc/dist/cli/main.js']]])(
    'what leads to a gateway already, by %j',
    async (program) => {
      const first = await plan(cursor({ acme: { command: 'npx' } }), { program });
      const { acme } = (
        JSON.parse(first.edits[0]?.after ?? '') as { mcpServers: { acme: { command: string; args: [] } } }
      ).mcpServers;
      expect([acme.command, ...acme.args].slice(0, program.length + 2)).toEqual([...program, 'mcp', 'bridge']);
      const again = await plan({ '.cursor/mcp.json': first.edits[0]?.after ?? '' });
      expect(again).toMatchObject({ servers: [], edits: [], left: [], already: [{ name: 'acme' }] });
    },
  );

  it('what cannot be edited is served, and its lines are told', async () => {
    const planned = await plan({ '.codex/config.toml': '[mcp_servers]\na = { command = "npx" }\n' });
    expect(planned.servers).toMatchObject([{ name: 'a' }]);
    expect(planned.edits).toEqual([]);
    expect(planned.left[0]?.byHand).toBe(
      '[mcp_servers.a]\ncommand = "demarc"\nargs = [ "mcp", "bridge", "--config", "/w/demarc.gateway.yaml", "--server", "a" ]',
    );
  });
});

const server = { command: 'npx', args: ['-y', 'acme-mcp@1.0.0'], env: { MODE: 'x' } };
const map = json({ mcpServers: { acme: server } });

describe('every client', () => {
  // The tree of src/collect/agents/clients.test.ts, without what is not a person's to change.
  it.each([
    ['.mcp.json', map],
    ['.claude.json', json({ mcpServers: { acme: server }, projects: { '/p': { history: [] } } })],
    ['Users/ana/Library/Application Support/Claude/claude_desktop_config.json', map],
    ['.vscode/mcp.json', json({ servers: { acme: { type: 'stdio', ...server } } })],
    ['.vscode/settings.json', json({ mcp: { servers: { acme: server } } })],
    ['app.code-workspace', json({ folders: [], mcp: { servers: { acme: server } } })],
    ['home/ana/.copilot/mcp-config.json', json({ mcpServers: { acme: { type: 'local', ...server, tools: ['*'] } } })],
    [
      '.codex/config.toml',
      '[mcp_servers.acme]\ncommand = "npx"\nargs = ["-y", "acme-mcp@1.0.0"]\n[mcp_servers.acme.env]\nMODE = "x"\n',
    ],
    ['.gemini/settings.json', map],
    ['home/ana/.cursor/mcp.json', map],
    ['home/ana/.codeium/windsurf/mcp_config.json', map],
    ['.kiro/settings/mcp.json', map],
    ['.amazonq/mcp.json', map],
    ['x/saoudrizwan.claude-dev/settings/cline_mcp_settings.json', map],
    ['.roo/mcp.json', map],
    [
      '.continue/config.yaml',
      'mcpServers:\n  - name: acme\n    command: npx\n    args: ["-y", "acme-mcp@1.0.0"]\n    env: {MODE: x}\n',
    ],
    [
      'home/ana/.config/goose/config.yaml',
      'extensions:\n  developer:\n    type: builtin\n    enabled: true\n  acme:\n    type: stdio\n    cmd: npx\n    args: ["-y", "acme-mcp@1.0.0"]\n    envs: {MODE: x}\n',
    ],
    [
      '.zed/settings.json',
      json({
        context_servers: { acme: { source: 'custom', command: { path: 'npx', args: server.args, env: server.env } } },
      }),
    ],
    [
      'opencode.json',
      json({ mcp: { acme: { type: 'local', command: ['npx', ...server.args], environment: server.env } } }),
    ],
    ['home/ana/.gemini/antigravity/mcp_config.json', map],
    ['.junie/mcp/mcp.json', map],
    ['home/ana/.openclaw/openclaw.json', json({ mcp: { servers: { acme: server } } })],
    ['mcp.json', map],
  ])('%s: moves, is read as a gateway afterwards, and the configuration is one', async (path, text) => {
    const planned = await plan({ [path]: text });
    expect(planned.left).toEqual([]);
    const [moved] = planned.servers;
    expect(moved?.settings).toMatchObject({ command: '/usr/bin/npx', args: server.args, env: { ...base, MODE: 'x' } });
    const yaml = configurationText(place, { acme: moved?.settings ?? {} });
    expect(Object.keys(parseGatewayConfig(yaml, 'x').servers)).toEqual(['acme']);
    const after = await read({ [path]: planned.edits[0]?.after ?? '' });
    const entry = after.resources.find(({ type }) => type === 'mcp.server')?.properties;
    expect(entry).toMatchObject({
      name: 'acme',
      transport: 'stdio',
      command: 'demarc',
      args: ['mcp', 'bridge', '--config', '/w/demarc.gateway.yaml', '--server', 'acme'],
    });
    expect(entry?.['env']).toBeUndefined();
    for (const client of after.resources.filter(({ type }) => type === 'agent.client'))
      expect(client.properties).toMatchObject({ gatewayServers: ['acme'], directServers: [] });
  });
});

describe('the configuration', () => {
  it('says what was planned, and keeps what is there with its comments', () => {
    const settings = {
      command: '/x',
      args: ['yes', '0123', '1', ' a: b # c', '- x', 'two\nlines'],
      env: { A: 'null', B: '' },
    };
    const first = configurationText(place, { one: settings });
    expect(plainYaml(first, 'x', 'DMC_CONFIG_INVALID')).toMatchObject({ version: 1, servers: { one: settings } });
    const edited = first.replace('mode: enforce', 'mode: shadow # for now');
    const second = configurationText(edited, { two: { url: 'https://x.example' } });
    expect(second.startsWith(edited.trimEnd())).toBe(true);
    expect(Object.keys(parseGatewayConfig(second, 'x').servers)).toEqual(['one', 'two']);
  });
});
