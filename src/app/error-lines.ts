import { stripVTControlCharacters } from 'node:util';
import { limits } from '../base/limits.ts';
import { redactText } from '../base/secrets.ts';
import { visibleLine } from '../report/visible-text.ts';

/**
 * The last lines that a program wrote to its standard error, as an operator may see them: without control characters and
 * credentials. An agent is never shown them.
 *
 * @param secrets that the program was given
 */
export function errorLines(text: string, secrets: Iterable<string> = []): readonly string[] {
  const shown = stripVTControlCharacters(text).replaceAll(/(?![\t\n])\p{Cc}/gu, '');
  return withoutSecrets(shown, secrets)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-limits.errorLinesMax)
    .map((line) => `  | ${visibleLine(line, limits.errorLineLengthMax)}`);
}

/** A text without the secrets that are known, and without what looks like one. */
export function withoutSecrets(text: string, secrets: Iterable<string>): string {
  let shown = text;
  for (const secret of secrets) if (secret !== '') shown = shown.replaceAll(secret, '[secret]');
  return redactText(shown);
}
