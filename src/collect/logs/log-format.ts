import type { EventInput, EventKind } from '../../model/event.ts';
import type { GapKind } from '../../model/gap.ts';
import type { Json } from './fields.ts';

/** Facts of an event as a mapper states them: what the record does not say is undefined. */
export type Facts = {
  readonly [Name in keyof Omit<EventInput, 'kind' | 'source' | 'payload'>]?: EventInput[Name] | undefined;
};

/** One event a record becomes. */
export interface MappedEvent {
  readonly kind: EventKind;
  /** `reference` is the source's own id of the event: the same in every export of it, so that nothing is taken twice. */
  readonly facts: Facts;
  /**
   * The part of the record this event is about. Absent: the record itself for its first event, nothing for the others.
   * Together the events of a record hold all of it.
   */
  readonly part?: unknown;
}

/** Something a record says about itself that is missing from it: cut off, kept elsewhere, without a time. */
export interface Note {
  readonly kind: GapKind;
  /** One line, lower case, in fixed words: nothing of the record, which may hold secrets. */
  readonly reason: string;
}

/** What a record becomes. No event and no note: the record is not about AI, and is counted. */
export interface Mapped {
  readonly events: readonly MappedEvent[];
  readonly notes: readonly Note[];
}

/** A notation that is not JSON. */
export interface LogSyntax {
  /** Characters that open a string. */
  readonly quotes: string;
  /** Whether a file that begins like this is written in it. */
  readonly isWritten: (head: string) => boolean;
  /** The value of a record; undefined when it is none. */
  readonly parse: (text: string) => unknown;
}

/** One audit source: how to know its records, and what they become. Pure; throws for no input. */
export interface LogFormat {
  /** Name of the folder. Its events have the source `import:<id>`. */
  readonly id: string;
  readonly name: string;
  /** Who wrote it: whoever serves a model, the agent that calls it, or a product around both. */
  readonly side: 'provider' | 'agent' | 'service';
  /** Keys of a document under which a list of records stands: `Records`, `data`. */
  readonly containers: readonly string[];
  /** Whether a record is of this source, by its shape alone. Strict: decides what is salvaged from a broken file. */
  recognises(record: Json): boolean;
  map(record: Json): Mapped;
  /** Another notation its records are written in, beside JSON. */
  readonly syntax?: LogSyntax;
  /** What the rest of a document says, its list taken out: that there are further pages. The last document counts. */
  unfinished?(shell: Json): Note | undefined;
}

/** The source of events a format makes. */
export function sourceOf(format: Pick<LogFormat, 'id'>): string {
  return `import:${format.id}`;
}
