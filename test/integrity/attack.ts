/** One malicious definition, with what else its server or others list where that matters. */
export interface Attack {
  readonly what: string;
  readonly tool?: Readonly<Record<string, unknown>>;
  readonly prompt?: Readonly<Record<string, unknown>>;
  readonly resource?: Readonly<Record<string, unknown>>;
  readonly instructions?: string;
  /** Names of tools of other servers that the same client uses. */
  readonly others?: readonly string[];
}

/** A tool with one parameter, `input`. */
export function toolOf(
  name: string,
  description: string,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    name,
    description,
    inputSchema: { type: 'object', properties: { input: { type: 'string', description: 'What to work on.' } } },
    ...more,
  };
}

/** A harmless tool whose one parameter is described so. */
export function parameterOf(description: string, name = 'input'): Readonly<Record<string, unknown>> {
  return {
    name: 'convert',
    description: 'Converts an amount between currencies.',
    inputSchema: { type: 'object', properties: { [name]: { type: 'string', description } } },
  };
}

/** Text in Unicode tag characters, which draw nothing. */
export function inTags(text: string): string {
  return Array.from(text, (character) => String.fromCodePoint(0xe0000 + (character.codePointAt(0) ?? 0))).join('');
}

/** Bytes as variation selectors: U+FE00 to U+FE0F, then U+E0100 on. */
export function inSelectors(text: string): string {
  return Array.from(Buffer.from(text), (byte) =>
    String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16),
  ).join('');
}

/** Bits as zero-width characters. */
export function inZeroWidth(text: string): string {
  return Array.from(Buffer.from(text), (byte) => byte.toString(2).padStart(8, '0'))
    .join('')
    .replace(/0/g, '\u200b')
    .replace(/1/g, '\u200c');
}
