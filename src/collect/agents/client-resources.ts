import { append } from '../../base/multimap.ts';
import { confidenceOf } from '../../model/confidence.ts';
import type { Resource } from '../../model/resource.ts';
import { isProperties, newProperties, Ref, Unknown, type Value } from '../../model/value.ts';
import type { DocNode, PositionSink } from '../documents/node.ts';
import type { Adapter } from './adapter.ts';
import { serverFacts } from './client-servers.ts';
import { type Coverage, evaluatePolicy, valueAt } from './evaluate-policy.ts';
import { bagOf, textsOf } from './lookup.ts';
import { isWideFolder, permissionRule, protectsSecrets } from './permission-rule.ts';
import { ancestorsOf, isBelow, isWide, machineRootOf } from './place.ts';
import { frameOf, type PolicyInput, policyMarks } from './policy-marks.ts';
import type { PostureLocks } from './posture-locks.ts';
import type { Scope } from './shapes.ts';

/** Types that stand for themselves: no agent client is in use because one exists. */
const bystanders = new Set(['editor.task', 'browser.policy', 'agent.job']);

/** A file of a client that was found, whether or not it could be read. */
export interface ClientFile {
  readonly client: string;
  readonly base: string;
  readonly scope: Scope;
  readonly path: string;
  readonly part: string;
  readonly root: DocNode | undefined;
  readonly kind: 'settings' | 'text';
}

/** A place a client is used in: a project, a home, or a machine with nothing but managed files. */
interface Instance {
  readonly base: string;
  readonly level: 'project' | 'user' | 'managed';
}

/** A client in one place, with all that applies to it there. */
interface Use {
  readonly adapter: Adapter;
  readonly instance: Instance;
  readonly files: readonly ClientFile[];
  readonly linked: readonly Resource[];
  readonly coverage: Coverage;
  /** The home the place lies in, or is. */
  readonly home: string | undefined;
}

/**
 * One `agent.client` for each place each client is used in, with the policy that is in force there and how it stands to the
 * policy that was locked.
 */
export function clientResources(
  adapters: readonly Adapter[],
  files: readonly ClientFile[],
  resources: readonly Resource[],
  locks: PostureLocks,
): Resource[] {
  return usesOf(adapters, files, resources).map((use) => clientOf(use, locks));
}

/**
 * One `agent.policy` for each place each client with a policy is used in: `settings` as marks (see policy-marks.ts), what
 * `read` of the machine is in it, the `files` it is made of. What a lock is written from; no part of an assessment.
 */
export function policyResources(
  adapters: readonly Adapter[],
  files: readonly ClientFile[],
  resources: readonly Resource[],
): Resource[] {
  return usesOf(adapters, files, resources).flatMap((use) => {
    const input = policyInputOf(use);
    if (input === undefined) return [];
    const frame = frameOf(input);
    const { settings } = policyMarks(input, frame);
    const properties = bagOf({
      level: input.level,
      read: frame.read,
      files: input.sources.map(({ file, scope }) => bagOf({ file, scope })),
      settings: bagOf(Object.fromEntries(settings)),
    });
    return [{ ...placeOf(use), type: 'agent.policy', properties, positions: {} }];
  });
}

function usesOf(adapters: readonly Adapter[], files: readonly ClientFile[], resources: readonly Resource[]): Use[] {
  const homes = new Set(
    [...files, ...resources.map(scopeAndBase)].filter(({ scope }) => scope === 'user').map(({ base }) => base),
  );
  return adapters.flatMap((adapter) => {
    const own = files.filter(({ client }) => client === adapter.id);
    const parts = resources.filter(({ dialect, type }) => dialect === adapter.id && !bystanders.has(type));
    if (own.length === 0 && parts.length === 0) return [];
    if (adapter.bystander === true) return [];
    const bases = projectBases(own, parts);
    const ownFiles = own.map((file) =>
      file.kind === 'text' && file.scope === 'project' ? { ...file, base: bases.get(file.base) ?? file.base } : file,
    );
    const placed = parts.map((resource) => ({
      resource,
      scope: resource.properties['scope'],
      base: isProjectText(resource) ? (bases.get(resource.scope) ?? resource.scope) : resource.scope,
    }));
    const filesAt = candidatesAt(ownFiles);
    const partsAt = candidatesAt(placed);
    return instancesOf(ownFiles, placed).map((instance) =>
      useOf(adapter, instance, filesAt(instance.base), partsAt(instance.base), homes),
    );
  });
}

/**
 * What may apply to an instance at a base: what lies there, and what is wider than a project. Looking at everything for each
 * of a thousand projects would be quadratic.
 */
function candidatesAt<T extends { readonly base: string; readonly scope: unknown }>(
  items: readonly T[],
): (base: string) => readonly T[] {
  const wide = items.filter(({ scope }) => isWide(scope));
  const byBase = new Map<string, T[]>();
  for (const item of items) {
    if (isWide(item.scope)) continue;
    append(byBase, item.base, item);
  }
  return (base) => [...wide, ...(byBase.get(base) ?? [])];
}

/** A resource with the folder it counts for. */
interface PlacedResource {
  readonly resource: Resource;
  readonly scope: unknown;
  readonly base: string;
}

function isProjectText({ type, properties }: Resource): boolean {
  return type === 'agent.instructions' && properties['scope'] === 'project';
}

/**
 * Instruction files may lie in any folder of a project (`src/api/CLAUDE.md`). Each belongs to the nearest folder above it that has
 * settings of the client, else to the outermost one that has such a file: not every folder is a project of its own.
 */
function projectBases(files: readonly ClientFile[], parts: readonly Resource[]): Map<string, string> {
  const firm = new Set([
    ...files
      .filter(({ kind, scope }) => kind === 'settings' && (scope === 'project' || scope === 'local'))
      .map(({ base }) => base),
    ...parts
      .filter(
        (part) =>
          !isProjectText(part) && (part.properties['scope'] === 'project' || part.properties['scope'] === 'local'),
      )
      .map(({ scope }) => scope),
  ]);
  const texts = [
    ...new Set([
      ...files.filter(({ kind, scope }) => kind === 'text' && scope === 'project').map(({ base }) => base),
      ...parts.filter(isProjectText).map(({ scope }) => scope),
    ]),
  ].sort((a, b) => a.length - b.length);
  const owners = new Map<string, string>();
  for (const base of texts) {
    const owner = nearest(base, firm);
    if (owner === undefined) firm.add(base);
    owners.set(base, owner ?? base);
  }
  return owners;
}

function nearest(folder: string, candidates: ReadonlySet<string>): string | undefined {
  for (const at of ancestorsOf(folder)) if (candidates.has(at)) return at;
  return undefined;
}

function scopeAndBase(resource: Resource): { scope: unknown; base: string } {
  return { scope: resource.properties['scope'], base: resource.scope };
}

function instancesOf(files: readonly ClientFile[], parts: readonly PlacedResource[]): Instance[] {
  const found = new Map<string, Instance>();
  const managed = new Set<string>();
  for (const { base, scope } of [...files, ...parts]) {
    if (scope === 'managed' || scope === 'system') managed.add(base);
    else if (scope === 'user') found.set(`user\n${base}`, { base, level: 'user' });
    else found.set(`project\n${base}`, { base, level: 'project' });
  }
  for (const base of managed)
    if (![...found.values()].some((instance) => isBelow(instance.base, base)))
      found.set(`managed\n${base}`, { base, level: 'managed' });
  return [...found.values()];
}

/** Whether a file or resource of a scope and base applies to an instance. */
function applies(instance: Instance, base: string, scope: unknown): boolean {
  if (isWide(scope)) {
    if (instance.level === 'project' && scope === 'user' && base === instance.base) return false;
    return isBelow(instance.base, base) && (scope !== 'user' || instance.level !== 'managed');
  }
  return instance.level === 'project' && base === instance.base;
}

function useOf(
  adapter: Adapter,
  instance: Instance,
  files: readonly ClientFile[],
  parts: readonly PlacedResource[],
  homes: ReadonlySet<string>,
): Use {
  const mine = files.filter(({ base, scope }) => applies(instance, base, scope));
  const linked = parts.filter(({ base, scope }) => applies(instance, base, scope)).map(({ resource }) => resource);
  const managedFound = mine.some(({ scope }) => scope === 'managed');
  const home = homeOf(instance, homes);
  return { adapter, instance, files: mine, linked, coverage: coverageOf(instance, managedFound, home), home };
}

function policyInputOf({ adapter, instance, files, coverage, home }: Use): PolicyInput | undefined {
  if (adapter.policy === undefined) return undefined;
  const sources = files
    .filter(({ kind }) => kind === 'settings')
    .map(({ path, scope, part, root }) => ({ file: path, scope, part, root }));
  return { client: adapter.id, level: instance.level, table: adapter.policy, sources, coverage, home };
}

/** What all resources of a client in a place have in common. */
function placeOf({ adapter, instance, files, linked }: Use): Omit<Resource, 'type' | 'properties' | 'positions'> {
  const settings = files.filter(({ kind }) => kind === 'settings').sort((a, b) => rankOf(a.scope) - rankOf(b.scope));
  const file = settings[0]?.path ?? files[0]?.path ?? linked[0]?.location.file ?? instance.base;
  const address = instance.level === 'project' ? `agent:${adapter.id}` : `agent:${adapter.id}:${instance.level}`;
  return {
    id: `${instance.base}#${address}`,
    name: adapter.name,
    dialect: adapter.id,
    address,
    scope: instance.base,
    location: { file, line: 1, column: 1 },
    confidence: confidenceOf(file),
  };
}

function clientOf(use: Use, locks: PostureLocks): Resource {
  const { adapter, instance, files, linked, coverage } = use;
  const input = policyInputOf(use);
  const { properties, positions } =
    input === undefined
      ? { properties: newProperties(), positions: {} as PositionSink }
      : evaluatePolicy(input.table, input.sources, coverage);
  Object.assign(
    properties,
    bagOf({
      client: adapter.id,
      name: adapter.name,
      configured:
        files.some(({ kind }) => kind === 'settings') ||
        linked.some(({ type }) => type === 'mcp.server' || type === 'agent.hook'),
      level: instance.level,
      managed: adapter.policy?.managed ?? false,
      managedPresent: files.some(({ scope }) => scope === 'managed')
        ? true
        : coverage.managed
          ? false
          : new Unknown('the managed settings of the machine were not read'),
      $links: linked.map(({ id }) => new Ref(id)),
    }),
  );
  addRuleFacts(properties);
  Object.assign(properties, serverFacts(properties, linked));
  const [server] = linked.filter(({ type }) => type === 'mcp.server');
  if (server !== undefined) {
    const { line, column, file: path } = server.location;
    for (const key of ['serverCapabilities', 'nameClashes', 'twins', 'unlistedServers', 'directServers'])
      positions[key] = [line, column, path];
  }
  const standing = input === undefined ? undefined : locks.standingOf(input, instance.base);
  if (standing !== undefined) properties['postureLock'] = standing.properties;
  if (standing?.position !== undefined) positions['postureLock'] = standing.position;
  return { ...placeOf(use), type: 'agent.client', properties, positions };
}

/** The file a person would look at first: the project's own. */
function rankOf(scope: Scope): number {
  return ['project', 'local', 'user', 'managed', 'system', 'extension'].indexOf(scope);
}

/** The home a place is, or lies in; undefined where none was read. */
function homeOf(instance: Instance, homes: ReadonlySet<string>): string | undefined {
  if (instance.level === 'managed') return undefined;
  if (instance.level === 'user') return instance.base;
  return [...homes].find((base) => isBelow(instance.base, base) && base !== instance.base);
}

/** Which scopes of the machine were looked at, told by where the instance and its files lie. */
function coverageOf({ level }: Instance, managedFound: boolean, home: string | undefined): Coverage {
  if (level === 'managed') return { managed: true, user: true };
  const machine = home === undefined ? undefined : machineRootOf(home);
  return { managed: managedFound || machine !== undefined, user: home !== undefined };
}

/** Adds rules in normal form beside the lists of texts the files hold. */
function addRuleFacts(properties: Record<string, Value>): void {
  const rules: Value[] = [];
  for (const effect of ['allow', 'ask', 'deny'] as const) {
    const list = properties[effect];
    if (!Array.isArray(list)) continue;
    for (const item of list as readonly Value[])
      rules.push(typeof item === 'string' ? permissionRule(item, effect) : item);
  }
  properties['rules'] = rules;
  const unknown =
    ['allow', 'deny'].map((key) => properties[key]).find((value) => value instanceof Unknown) ??
    rules.find((rule) => rule instanceof Unknown);
  const protects = rules.some((rule) => isProperties(rule) && protectsSecrets(rule));
  properties['protectsSecrets'] =
    protects || isSet(valueAt(properties, 'sandbox.denyRead')) ? true : (unknown ?? false);
  const folders = textsOf(properties['additionalDirectories']);
  properties['wideDirectories'] =
    properties['additionalDirectories'] instanceof Unknown
      ? properties['additionalDirectories']
      : folders.filter(isWideFolder);
}

function isSet(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}
