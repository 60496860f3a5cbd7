import { limits } from '../../../base/limits.ts';
import { messageOf } from '../../../base/errors.ts';
import { folderOf, joinInside, nameOf } from '../../../base/path.ts';
import type { Source } from '../../../model/collect.ts';
import type { Gap, GapKind } from '../../../model/gap.ts';
import {
  isList,
  isMarker,
  isProperties,
  type MutableProperties,
  newProperties,
  type Properties,
  Unknown,
  type Value,
} from '../../../model/value.ts';
import { child, type DocNode, newBudget, type PositionSink, stringOf, toProperties } from '../../documents/node.ts';
import { parseYaml } from '../../documents/yaml.ts';
import { Unreadable } from '../../source.ts';
import { normaliseService } from './compose-service.ts';
import { substitute, type SubstitutionOptions } from './substitution.ts';

/** Whether a file is a Compose file by its name: `compose.yaml`, `docker-compose.prod.yml`. */
export function isComposeFile(path: string): boolean {
  return /^(?:docker-)?compose(?:[._-][\w.-]{1,100})?\.ya?ml$/i.test(nameOf(path));
}

/** One element of a Compose file: a service (with what it extends merged in), network, volume, secret, config or model. */
export interface ComposeElement {
  readonly section: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly properties: MutableProperties;
  readonly positions: PositionSink;
}

const sections = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'];

/**
 * Reads a Compose file with the local files it includes and extends. Variables count with their defaults; one without
 * is unknown, as its value comes from the shell or an `.env` file that is not read.
 */
export class ComposeReader {
  readonly elements: ComposeElement[] = [];
  readonly gaps: Gap[] = [];
  readonly #source: Source;
  readonly #roots = new Map<string, DocNode | undefined>();
  readonly #included = new Set<string>();

  constructor(source: Source) {
    this.#source = source;
  }

  read(file: string, depth = 0): void {
    if (this.#included.has(file)) return;
    this.#included.add(file);
    const root = this.#root(file);
    for (const section of sections) {
      const node = child(root, section);
      if (node?.kind !== 'map') continue;
      for (const [name, { node: body, line, column }] of node.entries) {
        const { properties, positions } =
          section === 'services' ? this.#service(body, file, name, []) : this.#plain(body);
        this.elements.push({ section, name, file, line, column, properties, positions });
      }
    }
    this.#includes(root, file, depth);
  }

  #plain(body: DocNode): { properties: MutableProperties; positions: PositionSink } {
    const positions: PositionSink = {};
    const properties = substituteAll(toProperties(body, positions, newBudget())) as Properties;
    return { properties: Object.assign(newProperties(), properties), positions };
  }

  #service(
    body: DocNode,
    file: string,
    name: string,
    chain: readonly string[],
  ): { properties: MutableProperties; positions: PositionSink } {
    const own = this.#plain(body);
    const service = normaliseService(own.properties, own.positions);
    const base = this.#extended(child(body, 'extends'), file, [...chain, `${file}#${name}`]);
    if (base === undefined) return { properties: service, positions: own.positions };
    const positions: PositionSink = {};
    for (const path of Object.keys(base.positions)) {
      const at = base.positions[path];
      if (at !== undefined)
        positions[path] = base.file === file && at[2] === undefined ? at : [at[0], at[1], at[2] ?? base.file];
    }
    return { properties: mergeService(base.properties, service), positions: Object.assign(positions, own.positions) };
  }

  /** The service that `extends` names: `name`, or `{file, service}`. */
  #extended(
    node: DocNode | undefined,
    file: string,
    chain: readonly string[],
  ): { properties: MutableProperties; positions: PositionSink; file: string } | undefined {
    if (node === undefined) return undefined;
    const service = stringOf(node) ?? stringOf(child(node, 'service'));
    const named = stringOf(child(node, 'file'));
    const path = named === undefined ? file : joinInside(folderOf(file), named);
    if (service === undefined) return undefined;
    if (path === undefined || !this.#source.has(path))
      return this.#gap('unresolved', `the file \`${named ?? ''}\` that the service extends was not read`, file, node);
    if (chain.includes(`${path}#${service}`) || chain.length > limits.moduleDepthMax)
      return this.#gap('unsupported', 'services extend one another in a circle', file, node);
    const body = child(child(this.#root(path), 'services'), service);
    if (body === undefined)
      return this.#gap('unresolved', `the service \`${service}\` to extend is not in \`${path}\``, file, node);
    return { ...this.#service(body, path, service, chain), file: path };
  }

  #includes(root: DocNode | undefined, file: string, depth: number): void {
    const include = child(root, 'include');
    if (include?.kind !== 'list') return;
    for (const item of include.items) {
      const path = child(item, 'path');
      const listed = path?.kind === 'list' ? path.items : [path ?? item];
      for (const entry of listed) {
        const named = stringOf(entry);
        const target = named === undefined || named.includes('://') ? undefined : joinInside(folderOf(file), named);
        if (target === undefined || !this.#source.has(target) || depth > limits.moduleDepthMax) {
          this.#gap('unresolved', `the included file \`${(named ?? '').slice(0, 200)}\` was not read`, file, entry);
        } else if (!isComposeFile(target)) this.read(target, depth + 1);
        // A file with the name of a Compose file is read as one of its own.
      }
    }
  }

  #gap(kind: GapKind, reason: string, file: string, node: DocNode): undefined {
    this.gaps.push({ kind, reason, location: { file, line: node.line, column: node.column } });
    return undefined;
  }

  #root(file: string): DocNode | undefined {
    if (this.#roots.has(file)) return this.#roots.get(file);
    let root: DocNode | undefined;
    try {
      const { documents, gaps } = parseYaml(this.#source.text(file), file);
      this.gaps.push(...gaps);
      root = documents[0];
    } catch (thrown) {
      this.gaps.push({
        kind: thrown instanceof Unreadable ? thrown.kind : 'unreadable',
        reason: messageOf(thrown),
        location: { file, line: 1, column: 1 },
      });
    }
    this.#roots.set(file, root);
    return root;
  }
}

/** Maps are merged, lists joined, all else replaced; commands are replaced whole (the rules of `extends`). */
function mergeService(base: Properties, over: Properties): MutableProperties {
  const result = Object.assign(newProperties(), base);
  for (const key of Object.keys(over)) {
    const [below, above] = [base[key], over[key] ?? null];
    const isReplaced = key === 'command' || key === 'entrypoint';
    if (isList(below) && isList(above) && !isReplaced) result[key] = [...above, ...below];
    else if (isProperties(below) && isProperties(above)) result[key] = mergeService(below, above);
    else result[key] = above;
  }
  delete result['extends'];
  return result;
}

const options: SubstitutionOptions = {
  escape: '$',
  lookup: () => undefined,
  unset: (name) => new Unknown(`\`${name}\` is given when it is started`),
};

/** Substitutes variables in every text. `${A:-x}` is taken as `x`: the value unless somebody sets `A`. */
function substituteAll(value: Value, depth = 0): Value {
  if (typeof value === 'string') return value.includes('$') ? substitute(value, options) : value;
  if (isMarker(value) || depth > limits.nestingDepthMax) return value;
  if (isList(value)) return value.map((item) => substituteAll(item, depth + 1));
  if (!isProperties(value)) return value;
  const result = newProperties();
  for (const key of Object.keys(value)) result[key] = substituteAll(value[key] ?? null, depth + 1);
  return result;
}
