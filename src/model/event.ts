/**
 * What is recorded: one event, as the caller states it (`EventInput`) and as it stands in the ledger (`Envelope`). The
 * envelope is in clear and free of personal data: a person is a pseudonym there. Whatever people wrote or read, and
 * whatever identifies them, is payload, and payloads are sealed.
 */

export const eventKinds = [
  'run.start',
  'run.end',
  'model.request',
  'model.response',
  'tool.call',
  'tool.result',
  'data.query',
  'decision',
  'approval',
  'credential.issued',
  'credential.revoked',
  'sandbox.start',
  'sandbox.exit',
  'config.change',
  'finding',
  'training.completed',
  'erasure',
  'alert',
  'heartbeat',
  'custom',
] as const;
export type EventKind = (typeof eventKinds)[number];

/** What a call does to the world. */
export const effects = ['read', 'write', 'destructive', 'send'] as const;
export type Effect = (typeof effects)[number];
/** From the least to the most that can go wrong. */
export const effectsByHarm: readonly Effect[] = ['read', 'write', 'send', 'destructive'];
/** Confidentiality of data, lowest first. */
export const confidentialities = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Confidentiality = (typeof confidentialities)[number];
/** Where data came from. */
export const origins = ['user', 'trusted', 'untrusted'] as const;
export type DataOrigin = (typeof origins)[number];
export const decisions = ['allow', 'deny', 'redact', 'ask'] as const;
export type Decision = (typeof decisions)[number];
export const outcomes = ['ok', 'error', 'denied', 'timeout', 'cancelled'] as const;
export type Outcome = (typeof outcomes)[number];
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** What stands in clear where a fact was sealed: its text is in the payload under the same name. */
export const sealedFact = '[sealed]';

/**
 * Facts of an event that are in clear. Identifiers are names of things, never of people, and never free text (their
 * shape: `event-facts.ts`). What has another shape, or looks like an e-mail address, a phone or account number, a home
 * folder or a credential, is sealed instead: `[sealed]` stands in its place. **A person's name that is written like an identifier (`jane.doe`) cannot
 * be told from one**: whoever records an event must not put people into these fields; `subject` is the place for them.
 */
export interface EventFacts {
  readonly kind: EventKind;
  /** One task of one agent, whatever connections it uses. */
  readonly run?: string;
  /** The run that started this one. */
  readonly parentRun?: string;
  /** Joins a call, its decision, its approval and its result. */
  readonly call?: string;
  /** W3C trace context `traceparent`. */
  readonly trace?: string;
  /** Identity of the agent or workload that acts. */
  readonly agent?: string;
  /** The tool called, and the MCP server or plane it belongs to. */
  readonly tool?: string;
  readonly server?: string;
  /** A declared data source and its operation. */
  readonly dataSource?: string;
  readonly operation?: string;
  /** Host or address something was sent to. */
  readonly destination?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly effect?: Effect;
  readonly confidentiality?: Confidentiality;
  readonly origin?: DataOrigin;
  readonly decision?: Decision;
  /** Stable reason codes, never prose. */
  readonly reasons?: readonly string[];
  /** Digest of the policy set that decided. */
  readonly policy?: string;
  readonly outcome?: Outcome;
  /** Stable error code. */
  readonly error?: string;
  readonly durationMs?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly bytes?: number;
  readonly rows?: number;
  /** Lease of a credential (never the credential), approval, sandbox, finding fingerprint, training module, changed setting. */
  readonly reference?: string;
  /** When the credential, approval or completion ends; RFC 3339. */
  readonly expires?: string;
  readonly severity?: Severity;
  /** Rule of a finding or alert. */
  readonly rule?: string;
  /** Digest of a configuration before and after a change. */
  readonly before?: string;
  readonly after?: string;
  readonly exitCode?: number;
  /** Count of a heartbeat since the log began. One that stands twice was recorded again after a crash; one that is missing is a gap. */
  readonly beat?: number;
}

/** An event as its recorder states it. */
export interface EventInput extends EventFacts {
  /** RFC 3339 with offset; the ledger's clock where absent. */
  readonly time?: string;
  /** Who recorded it: `gateway`, `cli`, `import:claude-code`. */
  readonly source?: string;
  /** The person on whose behalf the agent acts, or the pseudonym a ledger gave them; only the pseudonym is in clear. */
  readonly subject?: string;
  /** Further people the payload is about; erasing any of them erases the payload. */
  readonly alsoAbout?: readonly string[];
  /** Anything else: prompts, arguments, results, names, addresses. Sealed. */
  readonly payload?: unknown;
}

/** How an event was acknowledged: after it was durable, or at once with a window in which a crash may lose it. */
export type Acknowledgement = { readonly mode: 'durable' } | { readonly mode: 'async'; readonly lossWindowMs: number };

/** An event as it stands in a ledger entry, in clear, beside its sealed payload. */
export interface Envelope extends EventFacts {
  /** Version of the entry format. */
  readonly v: 1;
  /** UUID version 7 (RFC 9562): sorts by time. */
  readonly id: string;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly source: string;
  readonly acknowledged: Acknowledgement;
  /** Pseudonym of the person: `s_` and 16 hex digits. */
  readonly subject?: string;
  readonly payload?: SealedPayload;
}

/** A payload sealed with AES-256-GCM under a key of its own, derived from those of its subjects. Byte strings in base64. */
export interface SealedPayload {
  /** Bytes of the plaintext (UTF-8 JSON). */
  readonly bytes: number;
  /** HMAC-SHA-256 of the plaintext under a salt that is derived with the key: says nothing to who lacks it. */
  readonly commitment: string;
  /** Keys the payload key is derived from, `<pseudonym>/<period>`; all of them are needed. */
  readonly keys: readonly string[];
  /** IV ‖ ciphertext ‖ tag of the payload; absent when it is a blob. */
  readonly sealed?: string;
  /** SHA-256 in hex of the sealed bytes kept beside the log, for payloads that do not fit an entry. */
  readonly blob?: string;
}
