import type { Envelope } from '../../model/event.ts';
import type { Scalar } from './value-matcher.ts';

/**
 * An event as detections see it: the clear facts by name (`tool`, `decision`, `reasons`), and below `payload.` what the
 * reader could open. A list stands for each of its members.
 */
export class EventView {
  readonly envelope: Envelope;
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly #payload: unknown;

  constructor(envelope: Envelope, payload?: unknown) {
    this.envelope = envelope;
    this.atMs = Date.parse(envelope.time);
    this.#payload = payload;
  }

  /** All values of a field; empty when the event does not have it. An object counts as its JSON text. */
  values(field: string): readonly Scalar[] {
    const [head = '', ...path] = field.split('.');
    const found: Scalar[] = [];
    collect(head === 'payload' ? this.#payload : own(this.envelope, head), path, found);
    return found;
  }

  /** Texts anywhere in the event, for keyword searches. */
  texts(): readonly Scalar[] {
    const { payload: _sealed, ...facts } = this.envelope;
    return [JSON.stringify(facts), ...(this.#payload === undefined ? [] : [JSON.stringify(this.#payload)])];
  }
}

function collect(value: unknown, path: readonly string[], found: Scalar[]): void {
  if (value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, path, found);
    return;
  }
  const [next, ...rest] = path;
  if (next !== undefined) collect(own(value, next), rest, found);
  else if (typeof value === 'object' && value !== null) found.push(JSON.stringify(value));
  else if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null)
    found.push(value);
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
