import { findSecrets } from './secrets.ts';

/** A JSON value in which secrets were replaced; the same object where there were none. */
export interface Guarded<T> {
  readonly value: T;
  /** Kinds of what was found, each once. */
  readonly kinds: readonly string[];
}

/** Finds credentials in every text of a JSON value, names of members too. */
export function secretKindsIn(value: unknown): readonly string[] {
  const kinds = new Set<string>();
  visit(value, kinds);
  return [...kinds];
}

function visit(value: unknown, kinds: Set<string>): void {
  if (typeof value === 'string') for (const { kind } of findSecrets(value)) kinds.add(kind);
  else if (Array.isArray(value)) for (const item of value) visit(item, kinds);
  else if (typeof value === 'object' && value !== null)
    for (const name in value) {
      visit(name, kinds);
      visit((value as Record<string, unknown>)[name], kinds);
    }
}

/** Replaces every credential in the texts of a JSON value by `[secret: <kind>]`. */
export function redactSecrets<T>(value: T): Guarded<T> {
  const kinds = secretKindsIn(value);
  return kinds.length === 0 ? { value, kinds } : { value: redacted(value) as T, kinds };
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactedText(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [redactedText(name), redacted(inner)]));
}

function redactedText(text: string): string {
  let result = '';
  let at = 0;
  for (const { kind, start, end } of findSecrets(text)) {
    result += `${text.slice(at, start)}[secret: ${kind}]`;
    at = end;
  }
  return at === 0 ? text : result + text.slice(at);
}
