import type { Confidentiality, DataOrigin, Decision, Effect, EventKind, Outcome } from '../../model/event.ts';
import { columnText, storable } from './column-text.ts';
import type { FactColumn } from './row.ts';

/** What events are wanted. All that is set must hold; of a list any value. */
export interface EventFilter {
  /** Who acted or on whose behalf: an agent by its name, people by their pseudonyms. Either matches. */
  readonly principal?: { readonly agent?: string; readonly subjects?: readonly string[] };
  readonly run?: string;
  readonly call?: string;
  readonly tool?: string;
  readonly server?: string;
  readonly dataSource?: string;
  readonly destination?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly source?: string;
  readonly rule?: string;
  readonly kinds?: readonly EventKind[];
  readonly decisions?: readonly Decision[];
  readonly outcomes?: readonly Outcome[];
  readonly effects?: readonly Effect[];
  readonly confidentialities?: readonly Confidentiality[];
  readonly origins?: readonly DataOrigin[];
  /** A reason code. */
  readonly reason?: string;
  /** Words of the payload, as a search engine takes them: `"a phrase"`, `or`, `-not`. */
  readonly text?: string;
  /** Milliseconds since the epoch, inclusive. */
  readonly since?: number;
  /** Milliseconds since the epoch, exclusive. */
  readonly until?: number;
}

/** A condition on `ix.events e` and the values of its parameters. */
export interface Condition {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

/** Collects conditions; a value only ever becomes a parameter. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly #parameters: unknown[] = [];

  /** @param part a constant with `?` where the value goes */
  add(part: string, value: unknown): void {
    this.#parameters.push(value);
    this.#parts.push(part.replaceAll('?', `$${this.#parameters.length}`));
  }

  build(): Condition {
    return { text: this.#parts.length === 0 ? 'true' : this.#parts.join(' and '), parameters: this.#parameters };
  }
}

/** Facts a filter asks for by one value, and the column each stands in. */
const exact = [
  ['run', 'run'],
  ['call', 'call'],
  ['tool', 'tool'],
  ['server', 'server'],
  ['data_source', 'dataSource'],
  ['destination', 'destination'],
  ['provider', 'provider'],
  ['model', 'model'],
  ['source', 'source'],
  ['rule', 'rule'],
] as const satisfies readonly (readonly [FactColumn, keyof EventFilter])[];

/** Parts of a filter that are one text each. */
export type TextFilter = (typeof exact)[number][1] | 'reason' | 'text';
export const textFilters: readonly TextFilter[] = [...exact.map(([, name]) => name), 'reason', 'text'];

const anyOf: readonly (readonly [FactColumn, keyof EventFilter])[] = [
  ['kind', 'kinds'],
  ['decision', 'decisions'],
  ['outcome', 'outcomes'],
  ['effect', 'effects'],
  ['confidentiality', 'confidentialities'],
  ['origin', 'origins'],
];

/** The conditions a filter comes to. */
export function conditionsOf(filter: EventFilter): Conditions {
  const conditions = new Conditions();
  for (const [column, name] of exact) {
    const value = filter[name];
    if (value !== undefined) conditions.add(`e.${column} = ?`, columnText(value));
  }
  for (const [column, name] of anyOf) {
    const values = filter[name];
    if (Array.isArray(values)) conditions.add(`e.${column} = any(?::text[])`, values);
  }
  const { principal, reason, text, since, until } = filter;
  if (principal !== undefined)
    conditions.add(
      `(e.agent = (?::json)->>'agent' or e.index in (
        select s.index from ix.subjects s, json_array_elements_text((?::json)->'subjects') as wanted where s.subject = wanted))`,
      principalJson(principal),
    );
  if (reason !== undefined)
    conditions.add('e.index in (select r.index from ix.reasons r where r.reason = ?)', columnText(reason));
  if (text !== undefined)
    conditions.add(
      "e.index in (select t.index from ix.texts t where t.words @@ websearch_to_tsquery('simple', ?))",
      storable(text),
    );
  if (since !== undefined) conditions.add('e.at >= ?', since);
  if (until !== undefined) conditions.add('e.at < ?', until);
  return conditions;
}

function principalJson({ agent, subjects = [] }: NonNullable<EventFilter['principal']>): string {
  return JSON.stringify({ agent: agent === undefined ? null : columnText(agent), subjects: subjects.map(columnText) });
}
