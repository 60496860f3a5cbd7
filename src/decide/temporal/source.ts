import { DemarcError } from '../../base/errors.ts';
import { lineAt, tokensOf as cedarTokensOf } from '../cedar/source.ts';

/** A token of Cedar, whose grammar Dogwood shares. */
export interface Token {
  readonly kind: 'name' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
  /** Where it begins in the file, in UTF-16 units. */
  readonly at: number;
}

/** The tokens of a text, without spaces and comments. The last one is the end. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  for (const { kind, text: part, at } of cedarTokensOf(text))
    if (kind !== 'space' && kind !== 'comment') tokens.push({ kind, text: part, at });
  tokens.push({ kind: 'end', text: 'the end of the file', at: text.length });
  return tokens;
}

/** A file of policies, as far as messages have to name places in it. */
export class Source {
  readonly file: string;
  readonly text: string;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
  }

  /** Line of an offset, from 1. */
  lineAt(at: number): number {
    return lineAt(this.text, at);
  }

  error(at: number, message: string, hint?: string): DemarcError {
    return temporalError(this.file, this.lineAt(at), message, hint);
  }
}

export function temporalError(file: string, line: number, message: string, hint?: string): DemarcError {
  return new DemarcError('DMC_TEMPORAL', `${file}:${line}: ${message}`, hint === undefined ? {} : { hint });
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '0': '\0' };

/**
 * The value of a string token, by Cedar's escapes (`\n`, `\r`, `\t`, `\0`, `\\`, `\'`, `\"`, `\xHH`, `\u{…}`).
 *
 * @throws DemarcError for a string that does not end or an escape that is none
 */
export function stringOf({ text, at }: Token, source: Source): string {
  if (text.length < 2 || !/^"(?:[^"\\]|\\[\s\S])*"$/.test(text)) throw source.error(at, 'a string does not end');
  return text
    .slice(1, -1)
    .replace(/\\(?:x([0-7][0-9A-Fa-f])|u\{([0-9A-Fa-f]{1,6})\}|([\s\S]))/g, (escape, byte, point, other) => {
      const code = Number.parseInt(String(byte ?? point ?? ''), 16);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
      const plain = '\\\'"'.includes(String(other)) ? String(other) : escapes[String(other)];
      if (plain === undefined) throw source.error(at, `\`${escape}\` is no escape of a string`);
      return plain;
    });
}
