/**
 * Cedar text as far as it has to be read before Cedar reads it: where strings, comments and names stand. The tokens are
 * those of Cedar's grammar (docs.cedarpolicy.com/policies/syntax-grammar.html).
 */
export interface Token {
  readonly kind: 'comment' | 'string' | 'number' | 'name' | 'space' | 'symbol';
  readonly text: string;
  readonly at: number;
}

const shape =
  /(?<comment>\/\/[^\n\r]*)|(?<string>"(?:[^"\\]|\\[\s\S])*"?)|(?<number>\d+)|(?<name>[A-Za-z_]\w*)|(?<space>\s+)|(?<symbol>::|&&|\|\||[=!<>]=|[\s\S])/gy;

export function* tokensOf(text: string): Generator<Token> {
  shape.lastIndex = 0;
  for (const match of text.matchAll(shape)) {
    const { comment, string, number, name, space } = match.groups ?? {};
    const kind =
      comment !== undefined
        ? 'comment'
        : string !== undefined
          ? 'string'
          : number !== undefined
            ? 'number'
            : name !== undefined
              ? 'name'
              : space !== undefined
                ? 'space'
                : 'symbol';
    yield { kind, text: match[0], at: match.index };
  }
}

/**
 * Writes integers beyond 2^53 as sums of smaller ones: Cedar's JSON form comes through JavaScript numbers, which would
 * round them. What is computed is the same; a literal of more than 64 bits stays as it is, for Cedar to refuse.
 */
export function spellLongs(text: string): string {
  let out = '';
  for (const { kind, text: part } of tokensOf(text)) {
    if (kind !== 'number' || part.length < 16 || part.length > 40) {
      out += part;
      continue;
    }
    const value = BigInt(part);
    const minus = /-\s*$/.exec(out);
    if (value === 2n ** 63n && minus !== null)
      // The smallest Long is no negated literal: its amount is one too large.
      out = `${out.slice(0, minus.index)}(-2147483648 * 4294967296)`;
    else if (value >= 2n ** 53n && value < 2n ** 63n)
      out += `(${value / 2n ** 32n} * 4294967296 + ${value % 2n ** 32n})`;
    else out += part;
  }
  return out;
}

/** Line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Cedar counts in bytes of UTF-8; JavaScript in UTF-16 units. */
export function offsetOfByte(text: string, byte: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byte).toString('utf8').length;
}
