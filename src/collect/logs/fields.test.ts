import { describe, expect, it } from 'vitest';
import { codeOf, countAt, nameOf, timeOf, traceOf, valueAt } from './fields.ts';

describe('times', () => {
  it.each([
    ['2026-10-05T09:00:00Z', '2026-10-05T09:00:00.000Z'],
    ['2026-10-05T11:00:00.1234567+02:00', '2026-10-05T09:00:00.123Z'],
    ['2026-10-05T09:00:00', '2026-10-05T09:00:00.000Z'],
    ['2026-10-05 09:00:00.25 UTC', '2026-10-05T09:00:00.250Z'],
    [1_791_190_800, '2026-10-05T09:00:00.000Z'],
    [1_791_190_800.5, '2026-10-05T09:00:00.500Z'],
    ['1791190800123', '2026-10-05T09:00:00.123Z'],
    [1_791_190_800_123_999, '2026-10-05T09:00:00.123Z'],
    ['1791190800123999999', '2026-10-05T09:00:00.123Z'],
  ])('%s is %s', (given, time) => {
    expect(timeOf(given)).toBe(time);
  });

  it.each(['', 'yesterday', '2026-13-05T09:00:00Z', 0, -1, 12, Number.NaN, null, {}, '9'.repeat(25)])(
    '%s is none',
    (given) => {
      expect(timeOf(given)).toBeUndefined();
    },
  );
});

describe('what stands in clear', () => {
  it.each([
    ['claude-sonnet-4-5', 'claude-sonnet-4-5'],
    ['Google Drive', 'Google-Drive'],
    ['@modelcontextprotocol/server', '@modelcontextprotocol/server'],
    ['Übersicht öffnen', 'bersicht-ffnen'],
    ['ada@example.com', undefined],
    ['two\nlines', undefined],
    ['right‮left', undefined],
    ['x'.repeat(256), 'x'.repeat(256)],
    ['x'.repeat(257), undefined],
    ['日本', undefined],
  ])('the name %j is %s', (text, name) => {
    expect(nameOf(text)).toBe(name);
  });

  it.each([
    ['ShellError', 'shell-error'],
    ['Throttled: try again!', 'throttled-try-again'],
    ['http-529', 'http-529'],
    ['---', undefined],
    ['x'.repeat(101), undefined],
  ])('the code of %s is %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });
});

describe('values', () => {
  it('counts are finite and not negative, in digits too', () => {
    const values = { a: 3, b: '42', c: -1, d: 'x', e: Number.POSITIVE_INFINITY, f: '1e9', g: 1.5 };
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => countAt(values, name))).toEqual([
      3,
      42,
      undefined,
      undefined,
      undefined,
      undefined,
      1.5,
    ]);
  });

  it('paths reach own fields only', () => {
    expect(valueAt({ a: [{ b: 1 }] }, 'a', 0, 'b')).toBe(1);
    expect(valueAt({}, 'constructor')).toBeUndefined();
    expect(valueAt({}, '__proto__', 'toString')).toBeUndefined();
    expect(valueAt('text', 'length')).toBeUndefined();
  });

  it('a trace needs both ids, and not all zero', () => {
    const trace = '4BF92F3577B34DA6A3CE929D0E0E4736';
    expect(traceOf(trace, '00f067aa0ba902b7')).toBe(`00-${trace.toLowerCase()}-00f067aa0ba902b7-01`);
    expect(traceOf(trace, '0'.repeat(16))).toBeUndefined();
    expect(traceOf(trace, undefined)).toBeUndefined();
    expect(traceOf('aa', '00f067aa0ba902b7')).toBeUndefined();
  });
});
