import type { PolicyJson } from '../cedar/policy.ts';
import { closest } from './closest.ts';
import type { PolicySchema } from './generate.ts';

/**
 * Names that a policy asks for with `has` and that no request can ever bring. Cedar takes such a test for a plain false, so a
 * misspelt name would make a policy silent instead of refusing it.
 */
export function unknownNames(policy: PolicyJson, { tools }: PolicySchema): { message: string; hint?: string }[] {
  const paths = new Set<string>();
  for (const { body } of policy.conditions) collect(body, paths);
  const known = new Set<string>();
  for (const { input } of tools.values()) addPaths(input, 'context.args', known);
  return [...paths].flatMap((path) => {
    if (!path.startsWith('context.args.') || known.has(path)) return [];
    const near = closest(path, known);
    return [
      {
        message: `no tool has an argument \`${path.slice('context.args.'.length)}\``,
        ...(near === undefined ? {} : { hint: `did you mean \`${near}\`?` }),
      },
    ];
  });
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

/** Paths that stand in a `has`, from the variable down. */
function collect(json: unknown, paths: Set<string>): void {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json) && 'has' in json) {
    const { left, attr } = json.has as { left: unknown; attr: string | readonly string[] };
    const base = pathOf(left);
    if (base !== undefined) paths.add([base, ...(typeof attr === 'string' ? [attr] : attr)].join('.'));
  }
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
