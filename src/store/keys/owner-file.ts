/**
 * The keys of one owner as a file: a line that says whose, then a line for each key and for each other person a payload
 * is shared with. Lines are only added, so that no older copy of a key lies about on the disk. A line that a crash cut
 * short ends the file: what it was to hold was never used.
 */
export interface OwnerFile {
  /** `s_` and 16 hex digits, or `log`. */
  readonly owner: string;
  /** The person's name; undefined for `log`. */
  readonly subject: string | undefined;
  /** Keys by period. */
  readonly keys: Map<string, Uint8Array>;
  /** Pseudonyms of others with whom payloads are shared: destroying these keys makes those unreadable as well. */
  readonly sharedWith: Set<string>;
  /** Bytes up to the end of the last whole line. */
  readonly size: number;
}

const header = /^demarc-keys 1 (s_[0-9a-f]{16}|log) ([A-Za-z0-9_-]+|-)$/;
const keyLine = /^key (\S{1,32}) ([A-Za-z0-9+/]{43}=)$/;
const sharedLine = /^with (s_[0-9a-f]{16})$/;

export function formatHeader(owner: string, subject: string | undefined): string {
  return `demarc-keys 1 ${owner} ${subject === undefined ? '-' : Buffer.from(subject).toString('base64url')}\n`;
}

export function formatKey(period: string, key: Uint8Array): string {
  return `key ${period} ${Buffer.from(key).toString('base64')}\n`;
}

export function formatShared(pseudonym: string): string {
  return `with ${pseudonym}\n`;
}

/**
 * The file taken apart; `unused` when a crash cut short its making or its destruction: it holds zeros, or not even the
 * first line; `damaged` when it is anything else.
 */
export function parseOwnerFile(data: Uint8Array): OwnerFile | 'damaged' | 'unused' {
  if (data.every((byte) => byte === 0) || !data.includes(0x0a)) return 'unused';
  const text = Buffer.from(data).toString('latin1');
  const [first, ...lines] = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  const [, owner, subject = '-'] = header.exec(first ?? '') ?? [];
  if (owner === undefined) return 'damaged';
  lines.pop();
  const keys = new Map<string, Uint8Array>();
  const sharedWith = new Set<string>();
  for (const line of lines) {
    const [, period, key = ''] = keyLine.exec(line) ?? [];
    const [, other] = sharedLine.exec(line) ?? [];
    if (period !== undefined) keys.set(period, Buffer.from(key, 'base64'));
    else if (other !== undefined) sharedWith.add(other);
    else return 'damaged';
  }
  return {
    owner,
    subject: subject === '-' ? undefined : Buffer.from(subject, 'base64url').toString(),
    keys,
    sharedWith,
    size: text.lastIndexOf('\n') + 1,
  };
}
