import { DemarcError, messageOf } from '../../base/errors.ts';
import { nameOf } from '../../base/path.ts';
import { postureLockName } from '../../integrity/posture-lock-name.ts';
import type { Collector, Source, Unit } from '../../model/collect.ts';
import { confidenceOf } from '../../model/confidence.ts';
import type { Gap, GapKind } from '../../model/gap.ts';
import type { Resource } from '../../model/resource.ts';
import { parseJson } from '../documents/json.ts';
import type { DocNode } from '../documents/node.ts';
import { parseToml } from '../documents/toml.ts';
import { parseYaml } from '../documents/yaml.ts';
import { Unreadable } from '../source.ts';
import type { Draft, Format, Inspect, OpenFile, Sink } from './adapter.ts';
import { adapters } from './adapters.ts';
import { clientResources, type ClientFile, policyResources } from './client-resources.ts';
import { lockPathOf } from './definition-pins.ts';
import { mcpb } from './mcpb/mcpb.ts';
import { type Placed, Places, scopeOf } from './place.ts';
import { readPostureLocks } from './posture-locks.ts';
import { planUnits } from './units.ts';

const places = new Places(adapters);

/**
 * Reads the configuration of agent clients: settings, tool servers, hooks, instruction files, and browser and editor policies
 * that bear on agents. Types and shapes: shapes.ts. A client's policy is made of files that lie far apart (a machine's, a
 * person's, a project's): these are one unit (units.ts).
 */
export const agentsCollector: Collector = {
  id: 'agents',
  version: 4,
  claims,
  plan: (files, source) => planUnits(files, places, source),
  async collect(unit, source) {
    const { resources, gaps, files } = await read(unit, source);
    const { locks, gaps: lockGaps } = await readPostureLocks(unit, source);
    const found = [...resources.values()];
    const clients = clientResources(adapters, files, found, locks);
    return { resources: [...found, ...clients], gaps: [...gaps, ...lockGaps, ...locks.gaps()] };
  },
};

/** Reads the same files for the policies of the clients alone: what `demarc posture lock` writes down. */
export const agentPoliciesCollector: Collector = {
  id: 'agent-policies',
  version: 1,
  claims,
  plan: (files) => (files.length === 0 ? [] : [{ id: 'agents', files }]),
  async collect(unit, source) {
    const { resources, gaps, files } = await read(unit, source);
    return { resources: policyResources(adapters, files, [...resources.values()]), gaps };
  },
};

function claims(path: string): boolean {
  return nameOf(path) === postureLockName || places.claims(path);
}

async function read(unit: Unit, source: Source): Promise<Reading> {
  const placed = unit.files.flatMap(({ path }) => places.of(path).map((place) => ({ path, place })));
  const inspect = placed.some(({ place: { adapter } }) => adapter === mcpb) ? await inspector() : undefined;
  const reading = new Reading(source, await lockParser(placed, source), inspect);
  for (const { path, place } of placed) reading.file(path, place);
  return reading;
}

/** Hundreds of patterns cost start-up time, which only bundles of tool servers pay for. */
async function inspector(): Promise<Inspect> {
  const { inspectDefinition, surroundingsOf } = await import('../../integrity/inspect/inspect-definition.ts');
  return (definitions) => {
    const tools = definitions.flatMap(({ kind, name }) => (kind === 'tool' ? [name] : []));
    const around = surroundingsOf(tools);
    return definitions.map((definition) => inspectDefinition(definition, around));
  };
}

/** The schema library costs start-up time, which only files beside a lock file pay for. */
async function lockParser(
  placed: readonly { readonly path: string; readonly place: Placed }[],
  source: Source,
): Promise<OpenFile['parseLock']> {
  if (placed.some(({ path, place: { base } }) => lockPathOf({ path, base, source }) !== undefined))
    return (await import('../../integrity/lock-file.ts')).parseLockFile;
  return () => {
    throw new DemarcError('DMC_MCP_LOCK', 'there is no lock file');
  };
}

class Reading implements Sink {
  readonly resources = new Map<string, Resource>();
  readonly gaps: Gap[] = [];
  readonly files: ClientFile[] = [];
  readonly #source: Source;
  readonly #parsed = new Map<string, { text: string; root: DocNode | undefined; gaps: readonly Gap[] } | undefined>();
  readonly #told = new Set<string>();

  readonly #parseLock: OpenFile['parseLock'];
  readonly #inspect: OpenFile['inspect'];

  constructor(source: Source, parseLock: OpenFile['parseLock'], inspect: OpenFile['inspect']) {
    this.#source = source;
    this.#parseLock = parseLock;
    this.#inspect = inspect;
  }

  file(path: string, { adapter, form, base }: Placed): void {
    const parsed = this.#parse(path, form.format);
    const scope = scopeOf(form, base, this.#source);
    if (parsed === undefined) {
      this.files.push({ client: adapter.id, base, scope, path, part: 'config', root: undefined, kind: 'settings' });
      return;
    }
    const open: OpenFile = {
      path,
      base,
      scope,
      client: adapter.id,
      text: parsed.text,
      root: parsed.root,
      source: this.#source,
      parseLock: this.#parseLock,
      inspect: this.#inspect,
    };
    try {
      if (form.when !== undefined && !form.when(parsed.root, path)) return;
      if (!this.#told.has(path))
        this.gaps.push(
          ...parsed.gaps.map((gap) => ({
            ...gap,
            reason: gap.kind === 'syntax' ? `${gap.reason}; the client ignores the file` : gap.reason,
          })),
        );
      this.#told.add(path);
      if (form.format === 'text')
        this.files.push({ client: adapter.id, base, scope, path, part: 'text', root: undefined, kind: 'text' });
      form.read(open, this);
    } catch (thrown) {
      this.gap(
        open,
        thrown instanceof RangeError ? 'too-large' : 'unsupported',
        `could not be read: ${messageOf(thrown)}`,
      );
    }
  }

  add(file: OpenFile, draft: Draft): void {
    const scope = file.base;
    let address =
      draft.type === 'mcp.server' || draft.type === 'agent.hook'
        ? `${file.client}:${file.scope}:${draft.address}`
        : `${file.client}:${draft.address}`;
    let id = `${scope}#${address}`;
    if (this.resources.has(id)) {
      address = `${address}@${file.path}:${draft.line}`;
      id = `${scope}#${address}`;
    }
    for (let count = 2; this.resources.has(id); count++) id = `${scope}#${address}~${count}`;
    this.resources.set(id, {
      id,
      type: draft.type,
      name: draft.name,
      dialect: file.client,
      address,
      scope,
      location: { file: file.path, line: draft.line, column: draft.column },
      properties: draft.properties,
      positions: draft.positions,
      // A server that is switched off is written down, not in force.
      confidence: draft.properties['disabled'] === true ? 'template' : confidenceOf(file.path),
    });
  }

  policy(file: OpenFile, part: string, root: DocNode | undefined): void {
    this.files.push({
      client: file.client,
      base: file.base,
      scope: file.scope,
      path: file.path,
      part,
      root,
      kind: 'settings',
    });
  }

  gap(file: OpenFile, kind: GapKind, reason: string, line = 1): void {
    this.gaps.push({ kind, reason, location: { file: file.path, line, column: 1 } });
  }

  /** Undefined when the file cannot be read; why is then a gap. */
  #parse(path: string, format: Format): { text: string; root: DocNode | undefined; gaps: readonly Gap[] } | undefined {
    const key = `${format}\n${path}`;
    if (this.#parsed.has(key)) return this.#parsed.get(key);
    let result: { text: string; root: DocNode | undefined; gaps: readonly Gap[] } | undefined;
    try {
      const text = this.#source.text(path);
      result = { text, ...parse(text, path, format) };
    } catch (thrown) {
      const kind =
        thrown instanceof Unreadable ? thrown.kind : thrown instanceof RangeError ? 'too-large' : 'unreadable';
      this.gaps.push({ kind, reason: messageOf(thrown), location: { file: path, line: 1, column: 1 } });
    }
    this.#parsed.set(key, result);
    return result;
  }
}

/** A broken file counts as not read at all: its client ignores it as a whole. */
function parse(text: string, path: string, format: Format): { root: DocNode | undefined; gaps: readonly Gap[] } {
  switch (format) {
    case 'text':
      return { root: undefined, gaps: [] };
    case 'toml':
      return parseToml(text, path);
    case 'yaml': {
      const { documents, gaps } = parseYaml(text, path);
      return { root: gaps.length > 0 ? undefined : documents[0], gaps };
    }
    case 'json5': {
      const { root, gaps } = parseJson(text, path);
      const [first] = gaps;
      if (first === undefined) return { root, gaps };
      return {
        root: undefined,
        gaps: [{ ...first, kind: 'unsupported', reason: 'JSON5 beyond comments and trailing commas is not read' }],
      };
    }
    case 'json': {
      if (text.trim() === '')
        return {
          root: undefined,
          gaps: [{ kind: 'syntax', reason: 'the file is empty', location: { file: path, line: 1, column: 1 } }],
        };
      const { root, gaps } = parseJson(text, path);
      return { root: gaps.length > 0 ? undefined : root, gaps };
    }
  }
}
