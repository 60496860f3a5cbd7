import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatRfc3339, parseRfc3339 } from './rfc3339.ts';

describe('a time with offset', () => {
  // RFC 3339, section 5.8, and the edges of its grammar.
  it.each([
    ['1985-04-12T23:20:50.52Z', '1985-04-12T23:20:50.520Z', true],
    ['1996-12-19T16:39:57-08:00', '1996-12-20T00:39:57.000Z', false],
    ['1990-12-31T23:59:60Z', '1990-12-31T23:59:59.999Z', false],
    ['1990-12-31T15:59:60-08:00', '1990-12-31T23:59:59.999Z', false],
    ['1937-01-01T12:00:27.87+00:20', '1937-01-01T11:40:27.870Z', false],
    ['2026-08-01 10:00:00z', '2026-08-01T10:00:00.000Z', true],
    ['2026-08-01T10:00:00.123456789Z', '2026-08-01T10:00:00.123Z', false],
    ['2026-08-01T10:00:00.123000Z', '2026-08-01T10:00:00.123Z', true],
    ['2026-08-01T10:00:00+00:00', '2026-08-01T10:00:00.000Z', true],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z', true],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z', true],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z', true],
  ])('%s is %s', (text, utc, exact) => {
    const instant = parseRfc3339(text);
    expect(formatRfc3339(instant?.ms ?? Number.NaN)).toBe(utc);
    expect(instant?.exact).toBe(exact);
  });

  it.each([
    '2026-08-01',
    '2026-08-01T10:00:00',
    '2026-08-01T10:00Z',
    '2026-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-08-01T24:00:00Z',
    '2026-08-01T10:00:61Z',
    '2026-08-01T10:60:00Z',
    '2026-08-01T10:00:00+24:00',
    '2026-08-01T10:00:00+01:60',
    '2026-08-01T10:00:00.Z',
    '9999-12-31T23:59:59-00:01',
    '0000-01-01T00:00:00+00:01',
    '+02026-08-01T10:00:00Z',
    ' 2026-08-01T10:00:00Z',
    '2026-08-01T10:00:00Z\n',
    '1785578400',
    '',
  ])('%j is none', (text) => {
    expect(parseRfc3339(text)).toBeUndefined();
  });

  it('is written as ECMAScript does, many to a second or not', () => {
    const near = Date.parse('2026-11-28T23:59:59.500Z');
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.integer({ min: near, max: near + 2000 }),
            fc
              .date({
                noInvalidDate: true,
                min: new Date('0000-01-01T00:00:00Z'),
                max: new Date('9999-12-31T23:59:59Z'),
              })
              .map(Number),
          ),
        ),
        (all) => {
          for (const ms of all) expect(formatRfc3339(ms)).toBe(new Date(ms).toISOString());
        },
      ),
    );
  });

  it('reads back every time that it writes', () => {
    const bounds = {
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    };
    fc.assert(
      fc.property(fc.date(bounds), (date) => {
        expect(parseRfc3339(formatRfc3339(date.getTime()))).toEqual({ ms: date.getTime(), exact: true });
      }),
    );
  });
});
