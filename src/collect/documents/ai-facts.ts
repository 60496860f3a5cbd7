import {
  Interpolated,
  isProperties,
  type MutableProperties,
  newProperties,
  type Properties,
  Unknown,
  type Value,
} from '../../model/value.ts';
import { aiPackages, modelClientVariables } from './ai-packages.ts';
import { type AiKind, type AiProduct, aiProducts } from './ai-products.ts';
import { baseName } from './command-line.ts';
import { hasImagePath, imageProperties } from './container-image.ts';

/** What is known of one container, in whatever dialect it was written. */
export interface ContainerFacts {
  readonly name: string;
  readonly image: Value | undefined;
  /** Entrypoint and command as one list of words (see command-line.ts). */
  readonly arguments: readonly Value[];
  readonly environment: Properties;
  /** Why the environment may hold more than was read; undefined when all of it is known. */
  readonly openEnvironment: string | undefined;
  /** Paths in the container at which something is mounted or copied in. */
  readonly mounts?: readonly Value[];
  /** Names of packages that are installed into it, where that is known. */
  readonly packages?: readonly string[];
}

interface Recognised {
  readonly kind: AiKind;
  readonly product: string;
  readonly basis: 'image' | 'command' | 'package' | 'environment' | 'resource';
  readonly settings: readonly string[];
  readonly published?: AiProduct['published'];
  readonly configuration?: AiProduct['configuration'];
}

const byPriority: readonly AiKind[] = [
  'agent',
  'model-server',
  'mcp-server',
  'gateway',
  'vector-store',
  'notebook',
  'application',
  'observability',
  'database',
];

/**
 * What a container is to an AI workload, as the property `$ai`:
 * `{kind, product, basis, container, image: {reference, repository, tag, digest}, arguments: [word…], env: {NAME: value}, published: [NAME…]}`;
 * `published` names the variables that hold a value of the vendor's examples.
 * A setting of the product that an unread environment file or configuration file could hold is `Unknown`, never absent.
 *
 * @returns undefined when neither image, command nor environment says so
 */
export function aiFactsOf(container: ContainerFacts): Properties | undefined {
  const recognised = recognise(container);
  return recognised === undefined ? undefined : factsWith(recognised, container);
}

/** Of several containers the one that matters most, with the others listed as `{kind, product, container}` under `others`. */
export function aiFactsOfAll(containers: readonly ContainerFacts[]): Properties | undefined {
  const found = containers.flatMap((container) => {
    const recognised = recognise(container);
    return recognised === undefined ? [] : [{ recognised, container }];
  });
  found.sort((a, b) => byPriority.indexOf(a.recognised.kind) - byPriority.indexOf(b.recognised.kind));
  const [first, ...rest] = found;
  if (first === undefined) return undefined;
  const facts = factsWith(first.recognised, first.container);
  if (rest.length > 0) {
    facts['others'] = rest.map(({ recognised, container }) =>
      bag({ kind: recognised.kind, product: recognised.product, container: container.name }),
    );
  }
  return facts;
}

/** What the installed packages make of an image: the first meaning in the order of `byPriority`. */
function productOfPackages(packages: readonly string[]): Recognised | undefined {
  const found = packages.flatMap((name) => aiPackages.get(name) ?? []);
  found.sort((a, b) => byPriority.indexOf(a.kind) - byPriority.indexOf(b.kind));
  const [first] = found;
  return first === undefined ? undefined : { ...first, basis: 'package', settings: [] };
}

/** What a custom resource is to an AI workload: `{kind, product, basis: 'resource'}`. */
export function aiFactsOfCustomResource(kind: string, group: string): Properties | undefined {
  const product = byCustomResource.get(`${kind}.${group}`);
  return product === undefined ? undefined : bag({ kind: product.kind, product: product.product, basis: 'resource' });
}

const byCustomResource = new Map(
  aiProducts.flatMap((product) => (product.customResources ?? []).map((name) => [name, product] as const)),
);
/** Products by the last element of their image paths: one look-up instead of a scan over all. */
const byImageName = new Map<string, { path: string; product: AiProduct }[]>();
for (const product of aiProducts) {
  for (const path of product.images) {
    const list = byImageName.get(baseName(path));
    if (list === undefined) byImageName.set(baseName(path), [{ path, product }]);
    else list.push({ path, product });
  }
}
const commands = aiProducts.flatMap((product) =>
  (product.commands ?? []).map((words) => ({ words: words.split(' '), product })),
);

function factsWith(recognised: Recognised, container: ContainerFacts): MutableProperties {
  const facts = bag({
    kind: recognised.kind,
    product: recognised.product,
    basis: recognised.basis,
    container: container.name,
  });
  const image = imageProperties(container.image);
  if (image !== undefined) facts['image'] = image;
  facts['arguments'] = container.arguments;
  const environment = newProperties();
  const elsewhere = container.openEnvironment ?? configuredBy(recognised.configuration, container);
  if (elsewhere !== undefined) {
    const unknown = new Unknown(elsewhere);
    for (const name of recognised.settings) environment[name] = unknown;
  }
  for (const name of Object.keys(container.environment)) environment[name] = container.environment[name] ?? null;
  facts['env'] = environment;
  facts['published'] = Object.keys(recognised.published ?? {}).filter((name) => {
    const value = environment[name];
    return typeof value === 'string' && (recognised.published?.[name]?.includes(value) ?? false);
  });
  return facts;
}

/** Why settings may stand in a file of the product's own; undefined when it is given none. */
function configuredBy(configuration: AiProduct['configuration'], container: ContainerFacts): string | undefined {
  if (configuration === undefined) return undefined;
  const { paths = [], flags = [], variables = [] } = configuration;
  const mounted = (container.mounts ?? []).find((mount) => paths.some((path) => overlaps(knownText(mount), path)));
  const flag = container.arguments.find((word) => flags.some((name) => isFlag(knownText(word), name)));
  const variable = variables.find((name) => container.environment[name] !== undefined);
  const named = mounted ?? flag ?? variable;
  return named === undefined
    ? undefined
    : `it may be set in the configuration file of \`${knownText(named).slice(0, 120)}\`, which is not read`;
}

function isFlag(word: string, name: string): boolean {
  return word === name || word.startsWith(`${name}=`);
}

/** Whether one path is the other or lies below it. */
function overlaps(mount: string, path: string): boolean {
  const plain = mount.replace(/\/+$/, '');
  return plain === path || plain.startsWith(`${path}/`) || (plain !== '' && path.startsWith(`${plain}/`));
}

function recognise(container: ContainerFacts): Recognised | undefined {
  const image = imageProperties(container.image)?.['repository'];
  const repository = typeof image === 'string' ? image : undefined;
  // `mcp/postgres` is a tool server for a database, not the database.
  const isCatalogued = repository !== undefined && repository.split('/').at(-2) === 'mcp';
  const known = repository === undefined || isCatalogued ? undefined : productOfImage(repository);
  if (known !== undefined) return { ...known, basis: 'image', settings: known.settings ?? [] };
  const words = container.arguments;
  const commanded = productOfCommand(words);
  if (commanded !== undefined) return { ...commanded, basis: 'command', settings: commanded.settings ?? [] };
  if (repository !== undefined && isMcpImage(repository))
    return { kind: 'mcp-server', product: baseName(repository), basis: 'image', settings: [] };
  const packaged = mcpPackage(words);
  if (packaged !== undefined) return { kind: 'mcp-server', product: packaged, basis: 'command', settings: [] };
  return productOfPackages(container.packages ?? []) ?? modelClient(container, repository);
}

function productOfImage(repository: string): AiProduct | undefined {
  return byImageName.get(baseName(repository))?.find(({ path }) => hasImagePath(repository, path))?.product;
}

/** Words after which a program stands, besides the start of a command. */
const runners = new Set([
  ';',
  '&&',
  '||',
  '|',
  '&',
  'exec',
  'env',
  'sudo',
  'nohup',
  'tini',
  'dumb-init',
  '--',
  'npx',
  '-y',
  'uvx',
  'bunx',
  'dlx',
  'run',
  'python',
  'python3',
  '-m',
  'node',
  'time',
]);

function isProgramPosition(words: readonly Value[], at: number): boolean {
  const before = words[at - 1];
  return at === 0 || (typeof before === 'string' && (runners.has(baseName(before)) || /^-[a-z]*c$/.test(before)));
}

function productOfCommand(words: readonly Value[]): AiProduct | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    if (typeof word !== 'string') continue;
    const program = baseName(word);
    for (const {
      words: [first = '', ...rest],
      product,
    } of commands) {
      if (program !== first && word !== first) continue;
      if (rest.length === 0 && !isProgramPosition(words, at)) continue;
      if (rest.every((next, index) => words[at + 1 + index] === next)) return product;
    }
  }
  return undefined;
}

function isMcpImage(repository: string): boolean {
  const parts = repository.split('/');
  const last = parts.at(-1) ?? '';
  return parts.at(-2) === 'mcp' || hasMcpToken(last);
}

function hasMcpToken(name: string): boolean {
  return name.toLowerCase().split(/[-_.]/).includes('mcp');
}

/** The package of a tool server that a runner starts: `npx -y @modelcontextprotocol/server-filesystem /data`. */
function mcpPackage(words: readonly Value[]): string | undefined {
  for (let at = 0; at < Math.min(words.length, 16); at++) {
    const word = words[at];
    if (typeof word !== 'string' || !isProgramPosition(words, at)) continue;
    const name = /^((?:@[\w.-]{1,80}\/)?[\w./-]{1,120}?)(?:@[\w.^~-]{1,40})?$/.exec(word)?.[1];
    if (name === undefined) continue;
    if (
      name.startsWith('@modelcontextprotocol/server-') ||
      hasMcpToken(baseName(name).replace(/\.(?:py|m?js|ts)$/, ''))
    )
      return name;
  }
  return undefined;
}

const agentTokens = new Set(['agent', 'agents', 'assistant', 'copilot']);

/** A container that is given a model's key or address; an agent when its own name says so too. */
function modelClient(container: ContainerFacts, repository: string | undefined): Recognised | undefined {
  const variables = Object.keys(container.environment).filter((name) => modelClientVariables.has(name));
  const [variable] = variables;
  if (variable === undefined) return undefined;
  const names = [container.name, repository === undefined ? '' : baseName(repository)];
  const isAgent = names.some((name) =>
    name
      .toLowerCase()
      .split(/[-_.]/)
      .some((token) => agentTokens.has(token)),
  );
  return { kind: isAgent ? 'agent' : 'application', product: 'custom', basis: 'environment', settings: [] };
}

function bag(values: Readonly<Record<string, Value>>): MutableProperties {
  return Object.assign(newProperties(), values);
}

/** Whether the facts say that the container is part of an AI workload, a plain database apart. */
export function isAiKind(facts: Value | undefined): boolean {
  return isProperties(facts) && facts['kind'] !== 'database';
}

/** The text of a value with unknown parts left out, for looking at names only. */
export function knownText(value: Value | undefined): string {
  if (typeof value === 'string') return value;
  return value instanceof Interpolated ? value.parts.filter((part) => typeof part === 'string').join('') : '';
}
