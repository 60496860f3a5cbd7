import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { errorLines } from './error-lines.ts';

describe('what a program wrote to its standard error', () => {
  it('is shown without control characters and credentials', () => {
    const text = '\u001b[31mred\u001b[0m\r\n\n\u0007bell\u202e\nAPI_KEY=abcd1234efgh\nuses s3cr3t-of-mine\n';
    expect(errorLines(text, ['s3cr3t-of-mine', ''])).toEqual([
      '  | red',
      '  | bell\u2039U+202E\u203a',
      '  | API_KEY=[secret]',
      '  | uses [secret]',
    ]);
  });

  it.each([limits.errorLinesMax, limits.errorLinesMax + 1])('is bounded: the last lines, of %i', (count) => {
    const lines = errorLines(Array.from({ length: count }, (_, at) => `line ${at}`).join('\n'));
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([
      limits.errorLinesMax,
      `  | line ${count - limits.errorLinesMax}`,
      `  | line ${count - 1}`,
    ]);
  });

  it.each([limits.errorLineLengthMax, limits.errorLineLengthMax + 1])('is bounded: a line of %i', (length) => {
    const [line = ''] = errorLines('x'.repeat(length));
    expect([line.length, line.endsWith('x')]).toEqual([
      limits.errorLineLengthMax + 4,
      length === limits.errorLineLengthMax,
    ]);
  });

  it('is nothing where it wrote nothing', () => {
    expect(errorLines(' \n')).toEqual([]);
  });
});
