import type { GapKind } from '../model/gap.ts';

/** Thrown by `Source.text` for what cannot be read as text; the collector (or the runner) turns it into a gap. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly kind: GapKind;
  constructor(kind: GapKind, reason: string) {
    super(reason);
    this.kind = kind;
  }
}

/**
 * Decodes a file's bytes: UTF-8 (strict), or UTF-16 with a byte order mark. A NUL byte means binary.
 *
 * @throws Unreadable `unsupported` for binary content, `syntax` for invalid UTF-8
 */
export function decodeText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) throw new Unreadable('unsupported', 'binary content');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Unreadable('syntax', 'not valid UTF-8');
  }
}
