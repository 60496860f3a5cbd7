/** The architecture as a test: layers, a small language, limits on size, names. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** Folders of src/ by layer, lowest first. A folder imports only from lower rows, or from itself. */
const layers: readonly (readonly string[])[] = [
  ['base'],
  ['model'],
  ['catalogue', 'evaluate', 'ledger', 'detect', 'provenance', 'decide', 'integrity'],
  ['collect', 'report', 'store', 'feed', 'broker', 'sandbox'],
  ['gateway'],
  ['app'],
];
/** Inside collect/: what adapters share, then the adapters, which never import each other. */
const collectShared = ['documents/', 'canonical/', 'source.ts'];
const adapters = [
  'iac/terraform',
  'iac/cloudformation',
  'iac/arm',
  'iac/kubernetes',
  'iac/containers',
  'code',
  'agents',
  ...readdirSync(join(root, 'src/collect/logs'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `logs/${entry.name}`),
];
/** What the log formats share stands in logs/ itself. */
const sharedByLogs = /^src\/collect\/logs\/[^/]+\.ts$/;

/** The only files that open sockets or start processes: databases, sinks and object stores of the ledger, and the gateway. */
const outsidePorts = [
  'src/app/node-http.ts',
  'src/app/node-sql.ts',
  'src/app/node-loopback.ts',
  'src/app/gateway/node-server.ts',
  'src/app/gateway/undici-http.ts',
  'src/app/gateway/node-child.ts',
  'src/app/sandbox/start-process.ts',
  'src/app/sandbox/host-facts.ts',
  'src/app/sandbox/egress-proxy.ts',
  'src/app/sandbox/node-network.ts',
];
/** Uses of `node:net` only what computes with addresses. */
const addressArithmetic = 'src/base/network-address.ts';

function files(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name === 'node_modules' || entry.name === 'fixtures' ? [] : files(path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

const sources = files('src', '.ts');
const texts = new Map(sources.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const production = sources.filter((path) => !path.endsWith('.test.ts'));

function importsOf(path: string): string[] {
  const text = texts.get(path) ?? '';
  return [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)[^;'"]*?from\s+'([^']+)'|import\('([^']+)'\)|(?:^|\n)import '([^']+)'/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

function targetOf(path: string, specifier: string): string | undefined {
  return specifier.startsWith('.') ? relative(root, join(root, path, '..', specifier)) : undefined;
}

const layerOf = (path: string): number => layers.findIndex((row) => row.includes(path.split('/')[1] ?? ''));
const adapterOf = (path: string): string | undefined =>
  adapters.find((adapter) => path.startsWith(`src/collect/${adapter}/`));

describe('layers', () => {
  it('every folder of src/ has a place', () => {
    expect(readdirSync(join(root, 'src')).filter((folder) => !layers.flat().includes(folder))).toEqual([]);
  });

  it('a folder imports only from rows below it, never sideways, never up', () => {
    const wrong = production.flatMap((path) =>
      importsOf(path).flatMap((specifier) => {
        const target = targetOf(path, specifier);
        if (target === undefined || target.split('/')[1] === path.split('/')[1]) return [];
        return layerOf(target) < layerOf(path) ? [] : [`${path} imports ${target}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('an adapter of collect/ imports no other adapter', () => {
    const wrong = production.flatMap((path) => {
      const adapter = adapterOf(path);
      if (adapter === undefined) return [];
      return importsOf(path).flatMap((specifier) => {
        const target = targetOf(path, specifier);
        if (target === undefined || !target.startsWith('src/collect/') || target.startsWith(`src/collect/${adapter}/`))
          return [];
        return collectShared.some((shared) => target.startsWith(`src/collect/${shared}`)) ||
          (adapter.startsWith('logs/') && sharedByLogs.test(target))
          ? []
          : [`${path} imports ${target}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('the outside world is made in app/ only', () => {
    const banned =
      /^node:(?:fs|child_process|net|http|https|http2|tls|dgram|dns|worker_threads|cluster|vm|os|process|module)(?:\/|$)/;
    const wrong = production.flatMap((path) =>
      importsOf(path)
        .filter((name) => banned.test(name) && !path.startsWith('src/app/') && path !== addressArithmetic)
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('nothing but the ports to the outside starts a process, opens a socket or evaluates text', () => {
    const banned =
      /\bchild_process\b|from 'node:(?:net|http|https|http2|tls|dgram|dns|vm|worker_threads)'|from 'undici'|\bnew Function\(|[^.\w]eval\(|\bfetch\(/;
    const wrong = production.filter((path) => banned.test(stripStrings(texts.get(path) ?? '')));
    expect(wrong.filter((path) => ![...outsidePorts, addressArithmetic].includes(path))).toEqual([]);
    expect(texts.get(addressArithmetic)).toContain("import { BlockList, isIP } from 'node:net';");
  });

  it('an assessment reaches no port to the outside', () => {
    const reached = new Set<string>();
    const visit = (path: string): void => {
      if (reached.has(path) || !texts.has(path)) return;
      reached.add(path);
      for (const specifier of importsOf(path)) visit(targetOf(path, specifier) ?? '');
    };
    visit('src/app/commands/assess-run.ts');
    expect([...reached].filter((path) => outsidePorts.includes(path))).toEqual([]);
    expect(reached.size).toBeGreaterThan(100);
  });

  it('clock, random and environment are read in app/ only', () => {
    const ambient = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.(?!exitCode)/;
    expect(
      production.filter((path) => !path.startsWith('src/app/') && ambient.test(stripStrings(texts.get(path) ?? ''))),
    ).toEqual([]);
  });
});

describe('a small language', () => {
  it.each<[string, RegExp]>([
    ['default exports', /^export default /m],
    ['barrels', /^export \* from/m],
    ['enums', /^(?:export )?(?:const )?enum /m],
    ['any', /[:<]\s*any\b[^a-z]/],
    ['suppressed type errors', /@ts-(?:ignore|expect-error|nocheck)/],
  ])('has no %s', (_what, pattern) => {
    expect(production.filter((path) => pattern.test(stripStrings(texts.get(path) ?? '')))).toEqual([]);
  });

  it('throws typed errors only', () => {
    const plain = production.filter(
      (path) => /throw new Error\(/.test(texts.get(path) ?? '') && !path.startsWith('src/base/'),
    );
    expect(plain).toEqual([]);
  });
});

describe('names and sizes', () => {
  it('files are kebab-case and none is called after nothing', () => {
    const wrong = sources.filter(
      (path) =>
        !/^[a-z0-9-]+(?:\.test)?\.ts$/.test(path.split('/').at(-1) ?? '') ||
        /(?:^|\/)(?:utils?|helpers?|common|manager)(?:\.|\/)|(?:^|\/)index\./.test(path),
    );
    expect(wrong).toEqual([]);
  });

  it('no file is longer than 600 lines', () => {
    expect(production.filter((path) => (texts.get(path) ?? '').split('\n').length > 600)).toEqual([]);
  });

  it('every error code has a section in docs/errors.md, and the reverse', () => {
    const codes = [...(texts.get('src/base/errors.ts') ?? '').matchAll(/\| '(DMC_[A-Z_]+)'/g)]
      .map((match) => match[1] ?? '')
      .sort();
    const sections = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^## (DMC_[A-Z_]+)/gm)]
      .map((match) => match[1] ?? '')
      .sort();
    expect(sections).toEqual(codes);
  });

  it('no committed text names a workplace or a machine path', () => {
    const all = [...sources, ...files('tools', '.ts'), ...files('docs', '.md'), ...files('catalogue', '.yaml')].filter(
      (path) => !path.includes('tidy'),
    );
    expect(
      all.filter(
        (path) =>
          /\/work\/|\/root\/|\/tmp\/(?!x)/.test(readFileSync(join(root, path), 'utf8')) && !path.includes('agents'),
      ),
    ).toEqual([]);
  });

  it('dependencies are pinned exactly', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(version),
    );
    expect(loose).toEqual([]);
    expect(Object.keys(dependencies ?? {}).length).toBeLessThanOrEqual(14);
  });
});

/** The code without comments, strings and regular expressions: what is named in data is not done. */
function stripStrings(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '$1')
    .replace(/from '[^']*'/g, (found) => found)
    .replace(/(?<!from )'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/`(?:[^`\\]|\\.)*`/g, '``')
    .replace(/\/(?:[^/\\\n]|\\.)+\/[gimsuy]*(?=[,.;)\s\]])/g, '/x/');
}
