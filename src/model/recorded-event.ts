import {
  type Acknowledgement,
  confidentialities,
  decisions,
  effects,
  type Envelope,
  type EventFacts,
  eventKinds,
  origins,
  outcomes,
} from './event.ts';

/** An event as readers of a ledger get it: its envelope in clear, with what is known of the payload but not its bytes. */
export interface RecordedEvent extends EventFacts {
  readonly id: string;
  /** RFC 3339, as it was recorded. */
  readonly time: string;
  readonly source?: string;
  readonly acknowledged?: Acknowledgement;
  /** Pseudonym of the person. */
  readonly subject?: string;
  /** Bytes of the sealed payload and the keys that open it, `<pseudonym>/<period>`. */
  readonly payload?: { readonly bytes: number; readonly keys: readonly string[] };
  /** Facts the entry states in a form that is not theirs: they are left out here, and named. */
  readonly malformed?: readonly string[];
}

/** What opening a payload came to. */
export type OpenedPayload =
  | { readonly state: 'none' }
  | { readonly state: 'clear'; readonly value: unknown }
  | { readonly state: 'erased' }
  | { readonly state: 'no-keys' }
  | { readonly state: 'tampered'; readonly reason: string };

/** One entry of a ledger. Without `event` it is of a format this program does not know. */
export interface RecordedEntry {
  readonly index: number;
  /** Leaf hash in hex. */
  readonly leaf: string;
  readonly event?: RecordedEvent;
}

const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value);
const oneOf = (values: readonly string[]) => (value: unknown) => values.includes(value as string);
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** What each fact must look like to be shown as that fact. */
const formOf: Readonly<Record<keyof EventFacts | 'id' | 'time' | 'source' | 'subject', (value: unknown) => boolean>> = {
  id: isText,
  time: isText,
  source: isText,
  subject: isText,
  kind: oneOf(eventKinds),
  run: isText,
  parentRun: isText,
  call: isText,
  trace: isText,
  agent: isText,
  tool: isText,
  server: isText,
  dataSource: isText,
  operation: isText,
  destination: isText,
  provider: isText,
  model: isText,
  effect: oneOf(effects),
  confidentiality: oneOf(confidentialities),
  origin: oneOf(origins),
  decision: oneOf(decisions),
  reasons: isTexts,
  policy: isText,
  outcome: oneOf(outcomes),
  error: isText,
  durationMs: (value) => typeof value === 'number' && Number.isFinite(value),
  inputTokens: isCount,
  outputTokens: isCount,
  bytes: isCount,
  rows: isCount,
  reference: isText,
  expires: isText,
  severity: oneOf(['info', 'low', 'medium', 'high', 'critical']),
  rule: isText,
  before: isText,
  after: isText,
  exitCode: isCount,
  beat: isCount,
};
const forms: ReadonlyMap<string, (value: unknown) => boolean> = new Map(Object.entries(formOf));

/** The event of an envelope that somebody else may have written: facts of another form are left out and named. */
export function recordedEvent(envelope: Envelope): RecordedEvent {
  const facts: Record<string, unknown> = {};
  const malformed: string[] = [];
  for (const [name, value] of Object.entries(envelope)) {
    const fits = forms.get(name);
    if (fits === undefined) continue;
    if (fits(value)) facts[name] = value;
    else malformed.push(name);
  }
  const acknowledged = acknowledgementOf(envelope.acknowledged);
  const payload = payloadOf(envelope.payload);
  if (acknowledged === undefined) malformed.push('acknowledged');
  if (payload === undefined && envelope.payload !== undefined) malformed.push('payload');
  return {
    ...(facts as unknown as RecordedEvent),
    ...(acknowledged === undefined ? {} : { acknowledged }),
    ...(payload === undefined ? {} : { payload }),
    ...(malformed.length === 0 ? {} : { malformed }),
  };
}

function acknowledgementOf(
  value: { readonly mode?: unknown; readonly lossWindowMs?: unknown } | undefined,
): Acknowledgement | undefined {
  if (value?.mode === 'durable') return { mode: 'durable' };
  const lossWindowMs = value?.lossWindowMs;
  return value?.mode === 'async' && typeof lossWindowMs === 'number' ? { mode: 'async', lossWindowMs } : undefined;
}

function payloadOf(value: { readonly bytes?: unknown; readonly keys?: unknown } | undefined): RecordedEvent['payload'] {
  const bytes = value?.bytes;
  const keys = value?.keys;
  return isCount(bytes) && isTexts(keys) ? { bytes: bytes as number, keys: keys as string[] } : undefined;
}

/** The pseudonyms an entry is about: its subject, and whose keys its payload is sealed under. */
export function subjectsOf(event: RecordedEvent): readonly string[] {
  const ofKeys = (event.payload?.keys ?? []).map((key) => key.split('/', 1)[0] ?? key);
  return [...new Set(event.subject === undefined ? ofKeys : [event.subject, ...ofKeys])];
}
