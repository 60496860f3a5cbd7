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

  it('is bounded: the last lines, each cut', () => {
    const lines = errorLines(Array.from({ length: 100 }, (_, at) => `${at} ${'x'.repeat(1_000)}`).join('\n'));
    expect([lines.length, lines.at(-1)?.startsWith('  | 99 x')]).toEqual([limits.errorLinesMax, true]);
    expect(lines.every((line) => line.length === limits.errorLineLengthMax + 4)).toBe(true);
  });

  it('is nothing where it wrote nothing', () => {
    expect(errorLines(' \n')).toEqual([]);
  });
});
