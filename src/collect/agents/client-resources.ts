import { append } from '../../base/multimap.ts';
import { confidenceOf } from '../../model/confidence.ts';
import type { Resource } from '../../model/resource.ts';
import { isProperties, newProperties, Ref, Unknown, type Value } from '../../model/value.ts';
import type { DocNode } from '../documents/node.ts';
import type { Adapter } from './adapter.ts';
import { serverFacts } from './client-servers.ts';
import { evaluatePolicy, valueAt } from './evaluate-policy.ts';
import { bagOf, textsOf } from './lookup.ts';
import { isWideFolder, permissionRule, protectsSecrets } from './permission-rule.ts';
import { ancestorsOf, isBelow, isWide, machineRootOf } from './place.ts';
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

/** One `agent.client` for each place each client is used in, with the policy that is in force there. */
export function clientResources(
  adapters: readonly Adapter[],
  files: readonly ClientFile[],
  resources: readonly Resource[],
): Resource[] {
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
    return instancesOf(ownFiles, placed).map(({ base, level }) =>
      clientOf(adapter, { base, level }, filesAt(base), partsAt(base), homes),
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

function clientOf(
  adapter: Adapter,
  instance: Instance,
  files: readonly ClientFile[],
  parts: readonly PlacedResource[],
  homes: ReadonlySet<string>,
): Resource {
  const mine = files.filter(({ base, scope }) => applies(instance, base, scope));
  const linked = parts.filter(({ base, scope }) => applies(instance, base, scope)).map(({ resource }) => resource);
  const settings = mine.filter(({ kind }) => kind === 'settings');
  const managedFiles = mine.filter(({ scope }) => scope === 'managed');
  const coverage = coverageOf(instance, managedFiles.length > 0, homes);
  const policy =
    adapter.policy === undefined
      ? { properties: newProperties(), positions: {} }
      : evaluatePolicy(
          adapter.policy,
          settings.map(({ path, scope, part, root }) => ({ file: path, scope, part, root })),
          coverage,
        );
  const { properties } = policy;
  const configured = settings.length > 0 || linked.some(({ type }) => type === 'mcp.server' || type === 'agent.hook');
  Object.assign(
    properties,
    bagOf({
      client: adapter.id,
      name: adapter.name,
      configured,
      level: instance.level,
      managed: adapter.policy?.managed ?? false,
      managedPresent:
        managedFiles.length > 0
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
      policy.positions[key] = [line, column, path];
  }
  const sources = [...settings].sort((a, b) => rankOf(a.scope) - rankOf(b.scope));
  const file = sources[0]?.path ?? mine[0]?.path ?? linked[0]?.location.file ?? instance.base;
  const address = instance.level === 'project' ? `agent:${adapter.id}` : `agent:${adapter.id}:${instance.level}`;
  return {
    id: `${instance.base}#${address}`,
    type: 'agent.client',
    name: adapter.name,
    dialect: adapter.id,
    address,
    scope: instance.base,
    location: { file, line: 1, column: 1 },
    properties,
    positions: policy.positions,
    confidence: confidenceOf(file),
  };
}

/** The file a person would look at first: the project's own. */
function rankOf(scope: Scope): number {
  return ['project', 'local', 'user', 'managed', 'system', 'extension'].indexOf(scope);
}

/** Which scopes of the machine were looked at, told by where the instance and its files lie. */
function coverageOf(
  instance: Instance,
  managedFound: boolean,
  homes: ReadonlySet<string>,
): { managed: boolean; user: boolean } {
  if (instance.level === 'managed') return { managed: true, user: true };
  const home =
    instance.level === 'user'
      ? instance.base
      : [...homes].find((base) => isBelow(instance.base, base) && base !== instance.base);
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
