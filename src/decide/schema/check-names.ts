import type { Complaint } from '../cedar/library.ts';
import type { PolicyJson } from '../cedar/policy.ts';
import { closest, didYouMean } from '../../base/closest.ts';
import { type PolicySchema, requestNames } from './generate.ts';
import { actionGroups, entityType } from './vocabulary.ts';

/** What is wrong with a policy, and what could be meant. */
type Said = Pick<Complaint, 'message' | 'hint'>;

/** Every path from a variable down that a request of any of these tools can bring. */
export function knownNames({ tools }: PolicySchema): ReadonlySet<string> {
  const known = new Set(requestNames);
  for (const { input } of tools.values()) {
    addPaths(input, 'context.args', known);
    addPaths(input, 'context.origins', known);
  }
  return known;
}

/**
 * Names that a policy asks for with `has` and that no request can ever bring (`knownNames`). Cedar takes such a test for a plain false, so a
 * misspelt name would make a policy silent instead of refusing it.
 */
export function unknownNames(policy: PolicyJson, known: ReadonlySet<string>): Said[] {
  const paths = new Set<string>();
  for (const { body } of policy.conditions) collect(body, paths);
  return [...paths]
    .filter((path) => !known.has(path))
    .map((path) => ({
      message: path.startsWith('context.args.')
        ? `no tool has an argument \`${path.slice('context.args.'.length)}\``
        : `there is no \`${path}\``,
      hint: didYouMean(path, known),
    }));
}

/** Tools that a policy names as what is used and that do not exist: Cedar takes them for names that nothing has yet. */
export function unknownTools(policy: PolicyJson, { tools }: PolicySchema): Said[] {
  const ids = new Set<string>();
  const see = (json: unknown): void => {
    if (typeof json !== 'object' || json === null) return;
    const { type, id } = json as { type?: unknown; id?: unknown };
    if (type === entityType.tool && typeof id === 'string' && !tools.has(id)) ids.add(id);
    for (const part of Object.values(json)) see(part);
  };
  see(policy);
  return [...ids].map((id) => ({ message: `there is no tool \`${id}\``, hint: didYouMean(id, tools.keys()) }));
}

/** Says what Cedar's validator complains about as a person needs it: which name, and what could be meant. */
export function explain({ message, hint }: Said, { tools }: PolicySchema): Said {
  const action = /^unrecognized action `Demarc::Action::"(.*?)"`/.exec(message)?.[1];
  if (action !== undefined) {
    return {
      message: `there is no tool or group of actions \`${action}\``,
      hint:
        didYouMean(action, [...tools.keys(), ...actionGroups]) ??
        'actions are `server/tool`, `read`, `write`, `destructive` and `sends`',
    };
  }
  const [, path = '', where] = /^attribute `(.+?)` in context(?: for (\S+))? not found/.exec(message) ?? [];
  if (path === '') return { message, hint };
  const known = new Set<string>();
  for (const { input } of tools.values()) {
    addPaths(input, 'args', known);
    addPaths(input, 'origins', known);
  }
  if (known.has(path))
    return {
      message: `not every tool that the policy is about has \`context.${path}\``,
      hint: `name the tools in its scope (\`action == ${where ?? 'Demarc::Action::"server/tool"'}\`), or ask \`context.args has …\` first`,
    };
  for (const name of requestNames) if (name.startsWith('context.')) known.add(name.slice('context.'.length));
  const near = closest(path, known);
  return {
    message: `there is no \`context.${path}\``,
    hint: near === undefined ? hint : `did you mean \`context.${near}\`?`,
  };
}

interface Fields {
  readonly fields: ReadonlyMap<string, { readonly type: { readonly kind: string } | undefined }>;
}

function addPaths({ fields }: Fields, path: string, known: Set<string>): void {
  for (const [name, { type }] of fields) {
    known.add(`${path}.${name}`);
    if (type?.kind === 'Record') addPaths(type as unknown as Fields, `${path}.${name}`, known);
  }
}

/** Paths that stand in a `has`, from the variable down. A tag is none that anything has. */
function collect(json: unknown, paths: Set<string>): void {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json) && 'has' in json) {
    const { left, attr } = json.has as { left: unknown; attr: string | readonly string[] };
    const base = pathOf(left);
    if (base !== undefined) paths.add([base, ...(typeof attr === 'string' ? [attr] : attr)].join('.'));
  }
  if ('hasTag' in json) paths.add(`${pathOf((json.hasTag as { left: unknown }).left) ?? 'entity'}.hasTag`);
  for (const part of Object.values(json)) collect(part, paths);
}

function pathOf(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  if ('Var' in json) return String(json.Var);
  if (!('.' in json)) return undefined;
  const { left, attr } = json['.'] as { left: unknown; attr: string };
  const base = pathOf(left);
  return base === undefined ? undefined : `${base}.${attr}`;
}
