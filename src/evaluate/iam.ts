import { Interpolated, isList, isProperties, newProperties, Ref, Unknown, type Value } from '../model/value.ts';
import { equals } from './cel/operators.ts';
import { matchesWildcard } from './cel/wildcard.ts';

const listFields = ['Action', 'NotAction', 'Resource', 'NotResource'] as const;
const principalFields = ['Principal', 'NotPrincipal'] as const;

/**
 * The statements of an IAM policy document, normalised: actions, resources and principals as lists of texts (a
 * principal map is flattened: `{"AWS": "*"}` gives `["*"]`, a service principal its name). Accepts the structure or
 * its JSON text; null gives no statements. Grammar: AWS IAM User Guide, "Grammar of the IAM JSON policy language".
 */
export function policyStatements(document: Value): readonly Value[] | Unknown {
  if (typeof document !== 'object' || document === null) return statementsOf(document);
  let statements = read.get(document);
  if (statements === undefined) {
    statements = statementsOf(document);
    read.set(document, statements);
  }
  return statements;
}

/** Documents read so far: a score of rules looks at each, and none of them changes. */
const read = new WeakMap<object, readonly Value[] | Unknown>();

function statementsOf(document: Value): readonly Value[] | Unknown {
  if (document instanceof Unknown) return document;
  if (document === null) return [];
  if (document instanceof Ref || document instanceof Interpolated)
    return new Unknown('the policy document is known only after deployment');
  const parsed = typeof document === 'string' ? parseJsonText(document) : document;
  if (parsed instanceof Unknown) return parsed;
  if (isList(parsed)) {
    const all: Value[] = [];
    for (const item of parsed) {
      const statements = policyStatements(item);
      if (statements instanceof Unknown) return statements;
      all.push(...statements);
    }
    return all;
  }
  if (!isProperties(parsed)) return new Unknown('the policy document is not an object');
  const statements = parsed['Statement'] ?? parsed['statement'] ?? null;
  if (statements instanceof Unknown) return statements;
  if (statements === null) return 'Effect' in parsed ? [normalise(parsed)] : [];
  return (isList(statements) ? statements : [statements]).map((item) => (isProperties(item) ? normalise(item) : item));
}

/** The value of a JSON text; anything else is returned as it is. */
export function parseJsonText(text: string): Value | Unknown {
  try {
    return revive(JSON.parse(text), 0);
  } catch {
    return new Unknown('the text is not valid JSON');
  }
}

function revive(value: unknown, depth: number): Value {
  if (depth > 64) return new Unknown('nested deeper than the limit');
  if (Array.isArray(value)) return value.map((item) => revive(item, depth + 1));
  if (typeof value !== 'object' || value === null) return value as string | number | boolean | null;
  const result = newProperties();
  for (const [key, item] of Object.entries(value)) result[key] = revive(item, depth + 1);
  return result;
}

function normalise(statement: { readonly [key: string]: Value }): Value {
  const result = newProperties();
  result['Sid'] = statement['Sid'] ?? null;
  result['Effect'] = statement['Effect'] ?? 'Allow';
  for (const field of listFields) result[field] = field in statement ? asList(statement[field] ?? null) : null;
  for (const field of principalFields) result[field] = field in statement ? principals(statement[field] ?? null) : null;
  result['Condition'] = statement['Condition'] ?? null;
  return result;
}

function asList(value: Value): Value {
  return value instanceof Unknown || isList(value) ? value : [value];
}

function principals(value: Value): Value {
  if (!isProperties(value)) return asList(value);
  return Object.keys(value).flatMap((kind) => {
    const entry = value[kind] ?? null;
    return isList(entry) ? entry : [entry];
  });
}

/**
 * Whether an Allow statement of the policy covers the action, on a resource at least as wide as the one given.
 * `action` and `resource` may hold `*`, which only a pattern that wide covers. Conditions and Deny are not weighed.
 */
export function policyAllows(document: Value, action: string, resource: string | undefined): boolean | Unknown {
  const statements = policyStatements(document);
  if (statements instanceof Unknown) return statements;
  let unknown: Unknown | undefined;
  for (const statement of statements) {
    if (statement instanceof Unknown) unknown ??= statement;
    if (!isProperties(statement)) continue;
    const allowing = equals(statement['Effect'] ?? 'Allow', 'Allow');
    const wide = resource === undefined ? true : coversAny(statement['Resource'] ?? null, resource);
    const covered = both(allowing, both(actionCovered(statement, action), wide));
    if (covered === true) return true;
    if (covered instanceof Unknown) unknown ??= covered;
  }
  return unknown ?? false;
}

function actionCovered(statement: { readonly [key: string]: Value }, action: string): boolean | Unknown {
  const allowed = statement['Action'] ?? null;
  if (allowed !== null) return coversAny(allowed, action.toLowerCase());
  const excluded = coversAny(statement['NotAction'] ?? null, action.toLowerCase());
  return excluded instanceof Unknown ? excluded : statement['NotAction'] !== null && !excluded;
}

function both(left: boolean | Unknown, right: boolean | Unknown): boolean | Unknown {
  if (left === false || right === false) return false;
  return left instanceof Unknown ? left : right;
}

function coversAny(patterns: Value, text: string): boolean | Unknown {
  if (patterns instanceof Unknown) return patterns;
  if (!isList(patterns)) return false;
  let unknown: Unknown | undefined;
  for (const pattern of patterns) {
    if (pattern instanceof Unknown) unknown ??= pattern;
    else if (
      typeof pattern === 'string' &&
      (matchesWildcard(pattern, text) || matchesWildcard(pattern.toLowerCase(), text))
    )
      return true;
  }
  return unknown ?? false;
}
