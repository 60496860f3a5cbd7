import { DemarcError, type ErrorCode } from '../base/errors.ts';
import { newBudget, toValue } from '../collect/documents/node.ts';
import { parseYaml } from '../collect/documents/yaml.ts';
import { Unknown } from '../model/value.ts';

/**
 * A YAML text as plain JSON; undefined when it is empty.
 *
 * @param file its name, for messages
 * @param code of the error when it does not parse
 * @throws DemarcError also where a part of it is past a limit: nothing of it is left out
 */
export function plainYaml(text: string, file: string, code: ErrorCode): unknown {
  // A key that stands there twice would be silently one of the two: in settings that is a rule that does not hold.
  const { documents, gaps } = parseYaml(text, file, { uniqueKeys: true });
  const [gap] = gaps;
  if (gap !== undefined) throw new DemarcError(code, `${file}:${gap.location.line}: ${gap.reason}`);
  const refuse = (reason: string): never => {
    throw new DemarcError(code, `${file}: ${reason}`);
  };
  if (documents.length > 1) refuse('has more than one document');
  return documents[0] === undefined ? undefined : plain(toValue(documents[0], {}, '', newBudget()), refuse);
}

/** Prototype-less property bags as plain objects, which the schema library expects. */
function plain(value: unknown, refuse: (reason: string) => never): unknown {
  if (value instanceof Unknown) return refuse(value.reason);
  if (Array.isArray(value)) return value.map((item) => plain(item, refuse));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item, refuse)]));
}
