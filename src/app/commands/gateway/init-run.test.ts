import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse as parseToml, stringify as stringifyToml } from 'smol-toml';
import { afterAll, describe, expect, it } from 'vitest';
import { parse as parseYaml, stringify as stringifyYaml } from 'yaml';
import type { Context } from '../../context.ts';
import { parseGatewayConfig } from '../../gateway/read-config.ts';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { openSecrets, readSecrets } from './secret-run.ts';
import { runInit } from './init-run.ts';
import type { InitFlags } from './init.ts';

const scratch = mkdtempSync(join(tmpdir(), 'demarc-init-'));
afterAll(() => rmSync(scratch, { recursive: true }));
let count = 0;

interface Place {
  readonly folder: string;
  readonly home: string;
  readonly context: Context & { readonly out: string[]; readonly err: string[] };
  write(path: string, text: string | Uint8Array): string;
  init(flags?: Partial<InitFlags>): Promise<string>;
  secrets(): Promise<ReadonlyMap<string, string>>;
}

/** A folder, a home, and programs `npx`, `uvx` and `demarc` in PATH. */
function place(): Place {
  const root = join(scratch, String(count++));
  const [folder, home, bin] = [join(root, 'work'), join(root, 'home', 'ana'), join(root, 'bin')];
  for (const path of [folder, home, bin]) mkdirSync(path, { recursive: true });
  for (const program of ['npx', 'uvx']) writeFileSync(join(bin, program), '#!/bin/sh\n', { mode: 0o755 });
  const started = join(root, 'main.js');
  writeFileSync(started, '', { mode: 0o755 });
  symlinkSync(started, join(bin, 'demarc'));
  let nowMs = Date.UTC(2026, 10, 28);
  const context = {
    ...keepingContext(),
    clock: { now: () => nowMs++, monotonic: () => 0 },
    environment: {
      variables: {
        PATH: `relative:${join(root, 'node_modules', '.bin')}:${bin}`,
        XDG_STATE_HOME: join(root, 'state'),
        HOME: home,
      },
      homeDirectory: home,
      workingDirectory: folder,
      platform: 'linux',
    },
  } as const;
  return {
    folder,
    home,
    context,
    write(path, text) {
      const full = join(folder, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text);
      return full;
    },
    async init(flags = {}) {
      context.out.length = 0;
      const all = { machine: false, dryRun: false, undo: false, force: false, format: 'terminal', ...flags } as const;
      expect(await runInit(context, all, '.', started)).toBe(0);
      return context.out.join('');
    },
    secrets: async () => readSecrets(await openSecrets(context)),
  };
}

/** Every file below a folder, byte for byte; `.demarc` is the gateway's own. */
function contentOf(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('.demarc'),
  );
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(folder, name)).isFile())
      .map((name) => [name, readFileSync(join(folder, name), 'base64')]),
  );
}

const token = 'ghp_0123456789abcdefghijABCDEFGHIJ012345';
const withToken = JSON.stringify({ mcpServers: { gh: { command: 'npx', env: { GITHUB_TOKEN: token } } } });

describe('demarc gateway init', () => {
  it('moves the servers of an example project, and back', async () => {
    const work = place();
    cpSync(new URL('../../../../examples/acme-support', import.meta.url).pathname, work.folder, { recursive: true });
    const before = contentOf(work.folder);
    const trial = await work.init({ dryRun: true });
    expect(trial).toContain('+        secret: store:orders-db/DATABASE_URL');
    expect(trial).toContain('nothing was changed');
    expect(trial).not.toContain('PATH does not lead');
    expect(contentOf(work.folder)).toEqual(before);
    expect(existsSync(join(work.folder, '.demarc'))).toBe(false);
    expect(existsSync(work.context.environment.variables['XDG_STATE_HOME'] ?? '')).toBe(false);

    const told = await work.init();
    for (const text of [trial, told, readFileSync(join(work.folder, '.mcp.json'), 'utf8')])
      expect(text).not.toContain('Wint3r');
    expect(told).toContain('the gateway needs the variable SLACK_BOT_TOKEN, which is not set here');
    const text = readFileSync(join(work.folder, 'demarc.gateway.yaml'), 'utf8');
    expect(text).not.toContain('Wint3r');
    expect(text).not.toMatch(/relative|node_modules/);
    expect(Object.keys(parseGatewayConfig(text, 'x').servers).sort()).toEqual([
      'browser',
      'fetch',
      'files',
      'orders-db',
      'slack',
      'tickets',
    ]);
    expect(await work.secrets()).toEqual(
      new Map([['orders-db/DATABASE_URL', 'postgresql://postgres:Wint3r-Sale-2026@db.prod.acme.example:5432/support']]),
    );

    const again = JSON.parse(await work.init({ format: 'json' })) as {
      servers: [];
      files: [];
      already: [];
      undo: null;
    };
    expect(again).toMatchObject({ servers: [], files: [], undo: null });
    expect(again.already).toHaveLength(6);

    expect(await work.init({ undo: true })).toContain('removed ');
    expect(contentOf(work.folder)).toEqual(before);
    await expect(work.init({ undo: true })).rejects.toMatchObject({ code: 'DMC_UNDO' });
  });

  it('an entry that a link leads to as well is one: it is changed once, or stays where its folders make it two', async () => {
    const work = place();
    const both = { gh: { command: 'npx', args: ['x'] }, docs: { url: 'http://localhost:9/mcp' } };
    work.write('a/.mcp.json', JSON.stringify({ mcpServers: both }));
    mkdirSync(join(work.folder, 'b'));
    symlinkSync('../a/.mcp.json', join(work.folder, 'b', '.mcp.json'));
    const before = contentOf(work.folder);
    const { servers, left } = JSON.parse(await work.init({ format: 'json' })) as Record<'servers' | 'left', object[]>;
    expect(servers).toMatchObject([{ name: 'docs' }]);
    expect(left).toMatchObject([
      { name: 'gh', why: expect.stringContaining('a link leads to it') },
      { name: 'gh', why: expect.stringContaining('a link leads to it') },
    ]);
    const { mcpServers } = JSON.parse(readFileSync(join(work.folder, 'a', '.mcp.json'), 'utf8')) as {
      mcpServers: typeof both;
    };
    expect(mcpServers).toMatchObject({ gh: both.gh, docs: { command: 'demarc' } });
    await work.init({ undo: true });
    expect(contentOf(work.folder)).toEqual(before);
  });

  it.each([
    ['text in another encoding', Buffer.from('# caf\xe9\nversion: 1\nservers: {}\n', 'latin1'), 'DMC_CONFIG_INVALID'],
    ['a folder', undefined, 'DMC_CONFIG_UNREADABLE'],
  ])('a configuration that is %s is told, and nothing is changed', async (_, bytes, code) => {
    const work = place();
    work.write('.mcp.json', withToken);
    if (bytes === undefined) mkdirSync(join(work.folder, 'demarc.gateway.yaml'));
    else work.write('demarc.gateway.yaml', bytes);
    const before = contentOf(work.folder);
    await expect(work.init()).rejects.toMatchObject({ code });
    expect(contentOf(work.folder)).toEqual(before);
  });

  it('a file in whose place there is a folder counts as changed', async () => {
    const work = place();
    const file = work.write('.mcp.json', withToken);
    await work.init();
    rmSync(file);
    mkdirSync(file);
    await expect(work.init({ undo: true })).rejects.toMatchObject({ code: 'DMC_UNDO' });
    await expect(work.init({ undo: true, force: true })).rejects.toMatchObject({ code: 'DMC_FILE' });
  });

  describe('signs', () => {
    const noteOf = (work: Place): string | undefined => {
      const path = join(work.folder, 'demarc.gateway.yaml.servers.note');
      return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    };

    it('no program that was in the configuration and was not signed', async () => {
      const work = place();
      work.write('demarc.gateway.yaml', `version: 1\nservers:\n  theirs:\n    command: ${process.execPath}\n`);
      work.write('.mcp.json', withToken);
      expect(await work.init()).toContain('server gh');
      expect(noteOf(work)).toBeUndefined();
      expect(work.context.err.join('')).toMatch(/^not signed: .*`theirs`.*`demarc gateway sign` signs the servers\n$/);
    });

    it('none that changed since it was', async () => {
      const work = place();
      const script = work.write('serve.mjs', 'serve()');
      const entry = { command: 'npx', args: [script] };
      work.write('.mcp.json', JSON.stringify({ mcpServers: { one: entry } }));
      await work.init();
      const signed = noteOf(work);
      expect(signed).toContain('one');
      work.write('.cursor/mcp.json', JSON.stringify({ mcpServers: { two: { command: 'uvx' } } }));
      writeFileSync(script, 'serve(everything)');
      await work.init();
      expect(noteOf(work)).toBe(signed);
      expect(work.context.err.join('')).toContain('not signed: ');
      // Taken back, and with the script as it was, both are.
      await work.init({ undo: true });
      writeFileSync(script, 'serve()');
      await work.init();
      expect(noteOf(work)).toContain('two');
    });

    it('before entries lead to what it signs', async () => {
      const work = place();
      work.write('.mcp.json', withToken);
      await work.init();
      const [record = ''] = readdirSync(join(work.folder, '.demarc'));
      const { files } = JSON.parse(readFileSync(join(work.folder, '.demarc', record), 'utf8')) as {
        files: { path: string }[];
      };
      expect(files.map(({ path }) => basename(path))).toEqual([
        'demarc.gateway.yaml',
        'demarc.gateway.yaml.servers.note',
        '.mcp.json',
      ]);
    });
  });

  it('keeps no secret in clear: neither in the folder, nor in the state', async () => {
    const work = place();
    work.write('.mcp.json', withToken);
    await work.init();
    for (const folder of [work.folder, work.context.environment.variables['XDG_STATE_HOME'] ?? ''])
      for (const text of Object.values(contentOf(folder)))
        expect(Buffer.from(text, 'base64').toString('latin1')).not.toContain(token);
    const [record = ''] = readdirSync(join(work.folder, '.demarc'));
    expect(record).toMatch(/^gateway-undo-20261128T\d+Z\.json$/);
    expect(statSync(join(work.folder, '.demarc', record)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(work.folder, '.demarc', record), 'utf8')).not.toContain(token);
  });

  it('shows no secret, however it is written', async () => {
    const work = place();
    const [quoted, block] = [`it's "so" \\ secret`, 'first line\nsecond line'];
    const env = { A_TOKEN: quoted, B_TOKEN: block };
    work.write('.mcp.json', JSON.stringify({ mcpServers: { a: { command: 'npx', env } } }));
    work.write('.codex/config.toml', stringifyToml({ mcp_servers: { b: { command: 'npx', args: ['x'], env } } }));
    work.write(
      '.continue/config.yaml',
      stringifyYaml({ mcpServers: [{ name: 'c', command: 'npx', args: ['y'], env }] }),
    );
    work.write('.cursor/mcp.json', '{"mcpServers": {"d": {"url": "https://me:pw@d.example/", "headers": {}}}}');
    const trial = await work.init({ dryRun: true });
    const first = await work.init({ format: 'json' });
    await work.init({ undo: true });
    // The store has them now.
    const second = await work.init({ format: 'json' });
    expect(JSON.parse(second)).toMatchObject({ secrets: [] });
    for (const shown of [trial, first, second]) {
      for (const part of ['so', 'first line', 'second line', 'me:pw'].map((text) => new RegExp(`\\b${text}\\b`)))
        expect(shown).not.toMatch(part);
      expect(shown).toContain('[secret]');
    }
  });

  it('adds to a configuration that is there; several runs are taken back one by one', async () => {
    const work = place();
    work.write('.mcp.json', withToken);
    await work.init();
    const first = contentOf(work.folder);
    work.write('.cursor/mcp.json', '{"mcpServers": {"gh": {"command": "uvx"}}}');
    const between = contentOf(work.folder);
    await work.init();
    const text = readFileSync(join(work.folder, 'demarc.gateway.yaml'), 'utf8');
    expect(Object.keys(parseGatewayConfig(text, 'x').servers)).toEqual(['gh', 'gh-2']);
    await work.init({ undo: true });
    expect(contentOf(work.folder)).toEqual(between);
    rmSync(join(work.folder, '.cursor'), { recursive: true });
    expect(contentOf(work.folder)).toEqual(first);
    await work.init({ undo: true });
    expect(Object.keys(contentOf(work.folder))).toEqual(['.mcp.json']);
  });

  it('lets entries start what is really there', async () => {
    const work = place();
    const file = work.write('.mcp.json', withToken);
    rmSync(join(dirname(work.folder), 'bin', 'demarc'));
    expect(await work.init()).toContain('PATH does not lead');
    const { gh } = (
      JSON.parse(readFileSync(file, 'utf8')) as { mcpServers: { gh: { command: string; args: string[] } } }
    ).mcpServers;
    expect([gh.command, ...gh.args.slice(0, 2)]).toEqual([
      process.execPath,
      realpathSync(join(dirname(work.folder), 'main.js')),
      'mcp',
    ]);
  });

  it('gives each configuration an address and a state of its own, the same each time', async () => {
    const [one, two] = [place(), place()];
    const placed = (of: Place): readonly [string, string | undefined] => {
      const text = readFileSync(join(of.folder, 'demarc.gateway.yaml'), 'utf8');
      const { listen, state } = parseGatewayConfig(text, 'x');
      return [listen, state];
    };
    for (const work of [one, two]) {
      work.write('.mcp.json', withToken);
      await work.init();
    }
    const [first, second] = [placed(one), placed(two)];
    expect(first[0]).not.toBe(second[0]);
    const state = join(
      one.context.environment.variables['XDG_STATE_HOME'] ?? '',
      'demarc/gateway/configurations/work-',
    );
    expect(first[1]).toMatch(new RegExp(`^${state}[0-9a-f]{12}$`));
    expect(first[1]).not.toBe(second[1]);
    await one.init({ undo: true });
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(Number(first[0].split(':')[1]), '127.0.0.1', resolve));
    await one.init();
    other.close();
    expect(placed(one)[0]).not.toBe(first[0]);
    await one.init({ undo: true });
    await one.init();
    expect(placed(one)).toEqual(first);
  });

  it('reads the files of the person with --machine only', async () => {
    const work = place();
    mkdirSync(join(work.home, '.cursor'));
    const file = join(work.home, '.cursor', 'mcp.json');
    writeFileSync(file, withToken, { mode: 0o600 });
    expect(await work.init()).toContain('no entry to move; --machine looks at those of this machine and user too');
    expect(await work.init({ machine: true })).toContain('server gh');
    expect(readFileSync(file, 'utf8')).toContain(join(work.folder, 'demarc.gateway.yaml'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await work.init({ undo: true });
    expect(readFileSync(file, 'utf8')).toBe(withToken);
  });

  it('names the servers that load their package when they start', async () => {
    const work = place();
    const entries = {
      a: { command: 'npx', args: ['-y', 'acme'] },
      b: { command: 'uvx', args: ['acme'] },
      c: { command: 'demarc' },
    };
    work.write('.mcp.json', JSON.stringify({ mcpServers: entries }));
    expect(await work.init({ dryRun: true })).toContain(
      'load their package anew at each start, which nothing signs: a, b',
    );
  });

  it('says by its whole path what could not be read', async () => {
    const work = place();
    const path = work.write('.mcp.json', '{"mcpServers": {"odd": "nothing"}}');
    for (const machine of [false, true])
      expect(await work.init({ machine, dryRun: true })).toContain(`not read: ${path}:1: `);
    const { gaps } = JSON.parse(await work.init({ machine: true, format: 'json' })) as { gaps: object[] };
    expect(gaps).toEqual([expect.objectContaining({ file: path })]);
  });

  it('changes a file behind a link where it lies', async () => {
    const work = place();
    const real = work.write('dotfiles/servers.json', withToken);
    symlinkSync(real, join(work.folder, '.mcp.json'));
    await work.init();
    expect(lstatSync(join(work.folder, '.mcp.json')).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toContain('"bridge"');
    await work.init({ undo: true });
    expect(readFileSync(real, 'utf8')).toBe(withToken);
  });

  it('leaves what is not UTF-8, and a configuration that is broken', async () => {
    const work = place();
    const utf16 = Buffer.from(`\uFEFF${withToken}`, 'utf16le');
    work.write('.mcp.json', utf16);
    expect(await work.init()).toContain('its file is not in UTF-8');
    expect(readFileSync(join(work.folder, '.mcp.json'))).toEqual(utf16);
    work.write('demarc.gateway.yaml', 'version: 7\n');
    await expect(work.init()).rejects.toMatchObject({ code: 'DMC_CONFIG_INVALID' });
  });
});

describe('taking it back', () => {
  it('is refused when a file was changed since, unless forced', async () => {
    const work = place();
    const file = work.write('.mcp.json', withToken);
    await work.init();
    const changed = `${readFileSync(file, 'utf8')} `;
    writeFileSync(file, changed);
    const all = contentOf(work.folder);
    await expect(work.init({ undo: true })).rejects.toMatchObject({ code: 'DMC_UNDO' });
    expect(contentOf(work.folder)).toEqual(all);
    await work.init({ undo: true, force: true });
    expect(readFileSync(file, 'utf8')).toBe(withToken);
    expect(existsSync(join(work.folder, 'demarc.gateway.yaml'))).toBe(false);
  });

  it('changes nothing in a trial, and says what it would do', async () => {
    const work = place();
    await expect(work.init({ undo: true, dryRun: true })).rejects.toMatchObject({ code: 'DMC_UNDO' });
    expect(existsSync(work.context.environment.variables['XDG_STATE_HOME'] ?? '')).toBe(false);
    const file = work.write('.mcp.json', withToken);
    await work.init();
    const record = (): string[] => readdirSync(join(work.folder, '.demarc'));
    const before = { all: contentOf(work.folder), record: record() };
    const told = await work.init({ undo: true, dryRun: true });
    expect(told).toContain(`to restore: ${file}\n`);
    expect(told).toContain(`to remove: ${join(work.folder, 'demarc.gateway.yaml')}\n`);
    expect(told).toMatch(/nothing was changed\n$/);
    expect(JSON.parse(await work.init({ undo: true, dryRun: true, format: 'json' }))).toMatchObject({
      dryRun: true,
      restored: [file],
    });
    writeFileSync(file, '{}');
    await expect(work.init({ undo: true, dryRun: true })).rejects.toMatchObject({ code: 'DMC_UNDO' });
    expect(await work.init({ undo: true, dryRun: true, force: true })).toContain(`to restore: ${file}\n`);
    expect(readFileSync(file, 'utf8')).toBe('{}');
    writeFileSync(file, Buffer.from(before.all['.mcp.json'] ?? '', 'base64'));
    expect({ all: contentOf(work.folder), record: record() }).toEqual(before);
    await work.init({ undo: true });
    expect(contentOf(work.folder)).toEqual({ '.mcp.json': Buffer.from(withToken).toString('base64') });
  });

  it.each([
    ['--force without it', { force: true }],
    ['--machine with it', { undo: true, machine: true }],
  ])('%s is an error of use, and changes nothing', async (_what, flags) => {
    const work = place();
    work.write('.mcp.json', withToken);
    if ('undo' in flags) await work.init();
    const before = contentOf(work.folder);
    await expect(work.init(flags)).rejects.toMatchObject({ code: 'DMC_USAGE' });
    expect(contentOf(work.folder)).toEqual(before);
  });

  it('works after a run that broke off between two files', async () => {
    const work = place();
    work.write('.cursor/mcp.json', withToken);
    work.write('.vscode/mcp.json', '{"servers": {"x": {"command": "uvx"}}}');
    const before = contentOf(work.folder);
    // Nobody can put a file beside the second one.
    chmodSync(join(work.folder, '.vscode'), 0o500);
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) {
      await expect(work.init()).rejects.toMatchObject({ code: 'DMC_FILE' });
      expect(contentOf(work.folder)).not.toEqual(before);
    } else {
      // Permissions do not hold root back: what a run that was killed leaves is made by hand.
      await work.init();
      writeFileSync(join(work.folder, '.vscode/mcp.json'), '{"servers": {"x": {"command": "uvx"}}}');
    }
    await work.init({ undo: true });
    chmodSync(join(work.folder, '.vscode'), 0o700);
    expect(contentOf(work.folder)).toEqual(before);
  });

  it('believes no record that came with the folder', async () => {
    const [mine, theirs] = [place(), place()];
    mine.write('.mcp.json', withToken);
    await mine.init();
    cpSync(join(mine.folder, '.demarc'), join(theirs.folder, '.demarc'), { recursive: true });
    await expect(theirs.init({ undo: true })).rejects.toMatchObject({ code: 'DMC_UNDO' });
    expect(readFileSync(join(mine.folder, '.mcp.json'), 'utf8')).toContain('"bridge"');
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9 _.-]{0,11}$/);
const text = fc.string({
  maxLength: 24,
  unit: fc.constantFrom('a', 'Z', '0', ' ', '"', "'", '\\', '#', ':', '\n', '{', '[', '-', 'é', '€'),
});
const entry = fc.oneof(
  fc.record(
    {
      command: fc.constantFrom('npx', 'uvx', 'missing'),
      args: fc.array(text, { maxLength: 3 }),
      env: fc.dictionary(fc.constantFrom('A', 'B_TOKEN', 'URL'), text, { maxKeys: 3 }),
      note: text,
    },
    { requiredKeys: ['command'] },
  ),
  fc.record({
    url: fc.constant('https://x.example/mcp'),
    headers: fc.dictionary(fc.constantFrom('Authorization', 'X-A'), text),
  }),
);
const servers = fc.dictionary(word, entry, { maxKeys: 4 });
const style = fc.record({
  indent: fc.constantFrom<string | number>(1, 2, 4, '\t', 0),
  eol: fc.constantFrom('\n', '\r\n'),
  mark: fc.constantFrom('', '\uFEFF'),
  tail: fc.constantFrom('', '\n', '\n\n'),
});

describe('whatever the files of clients hold', () => {
  it('every byte comes back; in between the files say the same but for the entries', async () => {
    await fc.assert(
      fc.asyncProperty(
        servers,
        servers,
        servers,
        style,
        async (inJson, inToml, inYaml, { indent, eol, mark, tail }) => {
          const work = place();
          const json = JSON.stringify({ mcpServers: inJson, other: [1] }, undefined, indent).replaceAll('\n', eol);
          work.write('.mcp.json', `${mark}${json}${tail}`);
          const toml = `# mine\n${stringifyToml({ model: 'x', mcp_servers: inToml })}[tui]\ntheme = "dark"${tail}`;
          work.write('.codex/config.toml', toml);
          work.write(
            '.continue/config.yaml',
            `# mine\n${stringifyYaml({ mcpServers: Object.entries(inYaml).map(([name, value]) => ({ name, ...value })) })}${tail}`,
          );
          const before = contentOf(work.folder);
          const outcome = JSON.parse(await work.init({ format: 'json' })) as {
            undo: string | null;
            servers: { from: unknown[] }[];
            left: { byHand?: string }[];
            gaps: unknown[];
          };
          const all = [inJson, inToml, inYaml].reduce((sum, map) => sum + Object.keys(map).length, 0);
          const moved = outcome.servers.reduce((sum, { from }) => sum + from.length, 0);
          if (outcome.gaps.length === 0)
            expect(moved + outcome.left.filter(({ byHand }) => byHand === undefined).length).toBe(all);
          if (moved > 0) parseGatewayConfig(readFileSync(join(work.folder, 'demarc.gateway.yaml'), 'utf8'), 'x');
          const restOf = (path: string): unknown => {
            const content = readFileSync(join(work.folder, path), 'utf8').replace(mark, '');
            const parse: (text: string) => unknown = path.endsWith('.json')
              ? JSON.parse
              : path.endsWith('.toml')
                ? parseToml
                : parseYaml;
            const { mcpServers: _a, mcp_servers: _b, ...rest } = parse(content) as Record<string, unknown>;
            return rest;
          };
          expect(restOf('.mcp.json')).toEqual({ other: [1] });
          expect(restOf('.codex/config.toml')).toEqual({ model: 'x', tui: { theme: 'dark' } });
          expect(restOf('.continue/config.yaml')).toEqual({});
          if (outcome.undo !== null) await work.init({ undo: true });
          expect(contentOf(work.folder)).toEqual(before);
        },
      ),
      { numRuns: 25 },
    );
  });
});
