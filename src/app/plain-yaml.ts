import type { z } from 'zod';
import { DemarcError, type ErrorCode } from '../base/errors.ts';
import { firstPlace, firstProblem, readSettings } from '../base/settings.ts';
import { type DocNode, newBudget, toValue } from '../collect/documents/node.ts';
import { parseYaml } from '../collect/documents/yaml.ts';
import { Unknown } from '../model/value.ts';

/** A YAML text as plain JSON that knows where its parts stand. */
export interface PlacedYaml {
  /** Undefined when the text is empty. */
  readonly value: unknown;
  /** Where what a path leads to stands, as `file:line:column`; of what is not written, where it would be. */
  readonly placeOf: (path: readonly PropertyKey[]) => string;
}

/**
 * A YAML text as plain JSON; undefined when it is empty.
 *
 * @param file its name, for messages
 * @param code of the error when it does not parse
 * @throws DemarcError also where a part of it is past a limit: nothing of it is left out
 */
export function plainYaml(text: string, file: string, code: ErrorCode): unknown {
  return placedYaml(text, file, code).value;
}

/** As `plainYaml`, with the places of its parts. */
export function placedYaml(text: string, file: string, code: ErrorCode): PlacedYaml {
  // A key that stands there twice would be silently one of the two: in settings that is a rule that does not hold.
  const { documents, gaps } = parseYaml(text, file, { uniqueKeys: true });
  const [gap] = gaps;
  if (gap !== undefined) throw new DemarcError(code, `${placeText(file, gap.location)}: ${gap.reason}`);
  const refuse = (reason: string): never => {
    throw new DemarcError(code, `${file}: ${reason}`);
  };
  if (documents.length > 1) refuse('has more than one document');
  const [document] = documents;
  return {
    value: document === undefined ? undefined : plain(toValue(document, {}, '', newBudget()), refuse),
    placeOf: (path) => placeText(file, nearest(document, path)),
  };
}

/**
 * Settings in a YAML text.
 *
 * @param file its name, for messages @param hint where its keys are described
 * @throws DemarcError `DMC_CONFIG_INVALID` naming the first problem and where it is
 */
export function yamlSettings<T>(
  schema: z.ZodType<T>,
  text: string,
  file: string,
  hint: string,
): PlacedYaml & { readonly settings: T } {
  const yaml = placedYaml(text, file, 'DMC_CONFIG_INVALID');
  const { data, problems } = readSettings(schema, yaml.value ?? {});
  if (problems === undefined) return { ...yaml, settings: data };
  const place = yaml.placeOf(firstPlace(problems));
  throw new DemarcError('DMC_CONFIG_INVALID', `${place}: ${firstProblem(problems)}`, { hint });
}

interface Place {
  readonly line: number;
  readonly column?: number | undefined;
}

const placeText = (file: string, { line, column = 1 }: Place): string => `${file}:${line}:${column}`;

function nearest(document: DocNode | undefined, path: readonly PropertyKey[]): Place {
  let place: Place = document ?? { line: 1 };
  let node = document;
  for (const key of path) {
    const entry = node?.kind === 'map' ? node.entries.get(String(key)) : undefined;
    const item = node?.kind === 'list' ? node.items[Number(key)] : undefined;
    if (entry === undefined && item === undefined) break;
    place = entry ?? item ?? place;
    node = entry?.node ?? item;
  }
  return place;
}

/** Prototype-less property bags as plain objects, which the schema library expects. */
function plain(value: unknown, refuse: (reason: string) => never): unknown {
  if (value instanceof Unknown) return refuse(value.reason);
  if (Array.isArray(value)) return value.map((item) => plain(item, refuse));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, refuse)]));
}
