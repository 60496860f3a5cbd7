import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecordSplitter } from './split-records.ts';

type Cut = readonly [kind: string, text: string, line: number];

function split(text: string, options: { chunk?: number; max?: number; containers?: string[] } = {}): Cut[] {
  const { chunk = text.length || 1, max = 1_000, containers = ['Records'] } = options;
  const splitter = new RecordSplitter(containers, max);
  const bytes = Buffer.from(text);
  const cuts: Cut[] = [];
  const keep = (pieces: ReturnType<RecordSplitter['push']>): void => {
    for (const { kind, bytes: found, line } of pieces) cuts.push([kind, found.toString().trim(), line]);
  };
  for (let at = 0; at < bytes.length; at += chunk) keep(splitter.push(bytes.subarray(at, at + chunk)));
  keep(splitter.end());
  return cuts;
}

const records = (text: string): string[] =>
  split(text)
    .filter(([kind]) => kind === 'record')
    .map(([, found]) => found.replace(/\s+/g, ''));

describe('RecordSplitter', () => {
  it.each([
    ['JSON lines', '{"a":1}\n{"b":"}{"}\n'],
    ['without a last newline', '{"a":1}\n{"b":"}{"}'],
    ['a list', '[{"a":1},{"b":"}{"}]'],
    ['a list, one element a line', '[\n{"a":1},\n{"b":"}{"}\n]\n'],
    ['a document with a list', '{"Records":[{"a":1},{"b":"}{"}]}'],
    ['an indented document', '{\n  "Records": [\n    {\n      "a": 1\n    },\n    {\n      "b": "}{"\n    }\n  ]\n}'],
    ['a document opened on one line', '{"Records": [{\n    "a": 1\n  }, {\n    "b": "}{"\n}]}'],
    ['indented records after one another', '{\n  "a": 1\n}\n{\n  "b": "}{"\n}\n'],
    ['records without indentation', '{\n"a":\n1\n}\n{\n"b": "}{"\n}\n'],
    ['CRLF', '{"a":1}\r\n{"b":"}{"}\r\n'],
    ['a list of documents', '[{"Records":[{"a":1}]},{"Records":[{"b":"}{"}]}]'],
  ])('takes %s apart', (_form, text) => {
    expect(records(text)).toEqual(['{"a":1}', '{"b":"}{"}']);
    expect(split(text).filter(([kind]) => kind === 'broken')).toEqual([]);
  });

  it('gives the rest of a document, its list taken out', () => {
    const text = '{"id": 1, "Records": [{"a":1}], "has_more": true}';
    expect(split(text)).toEqual([
      ['record', '{"a":1}', 1],
      ['shell', '{"id": 1, "Records": [], "has_more": true}', 1],
    ]);
  });

  it('takes no list of an inner object for the records', () => {
    expect(records('{"x":{"Records":[{"a":1}]}}\n')).toEqual(['{"x":{"Records":[{"a":1}]}}']);
  });

  it.each([
    ['cut off in a string', '{"a":"x\n{"b":2}\n', ['{"b":2}'], [1]],
    ['cut off between', '{"a":[1,\n{"b":2}\n', ['{"b":2}'], [1]],
    ['a lost quote', '{"a":"x,"c":1}\n{"b":2}\n', ['{"b":2}'], [1]],
    ['a lost brace', '"a":1}\n{"b":2}\n', ['{"b":2}'], [1]],
    ['text in front', 'starting\n{"b":2}\n', ['{"b":2}'], [1]],
    ['a lost newline', '{"a":1}x{"b":2}\n', ['{"a":1}', '{"b":2}'], [1]],
    ['in an indented list', '[\n  {\n    "a": "x\n  },\n  {\n    "b": 2\n  }\n]\n', ['{"b":2}'], [2]],
    ['a break after the brace', '{\na":"x","c":1}\n{"b":2}\n', ['{"b":2}'], [1]],
    ['at the end', '{"b":2}\n{"a":', ['{"b":2}'], [2]],
    ['in a document', '{"Records":[{"b":2},{"a":', ['{"b":2}'], [1]],
    ['between records of a document', '{"Records":[{"b":2},', ['{"b":2}'], [1]],
  ])('loses one record to: %s', (_what, text, good, broken) => {
    expect(records(text)).toEqual(good);
    expect(split(text).flatMap(([kind, , line]) => (kind === 'broken' ? [line] : []))).toEqual(broken);
  });

  it('takes a record of as many bytes as the limit, and cuts one of a byte more', () => {
    const record = `{"a":"${'x'.repeat(40)}"}`;
    expect(split(`${record}\n{"b":2}`, { max: record.length }).map(([kind]) => kind)).toEqual(['record', 'record']);
    expect(split(`${record}\n{"b":2}`, { max: record.length - 1 }).map(([kind]) => kind)).toEqual([
      'too-large',
      'record',
    ]);
  });

  it('goes on after a record that is too large, on the same line too', () => {
    const big = `{"a":"${'x'.repeat(99)}"}`;
    expect(split(`[${big},{"b":2}]`, { max: 50 }).filter(([kind]) => kind === 'record')).toEqual([
      ['record', '{"b":2}', 1],
    ]);
  });

  it('does not depend on how the bytes arrive', () => {
    const text = fc.array(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        '"',
        ',',
        ':',
        '\n',
        '  ',
        '\\',
        'x',
        '{"a":1}',
        '{"Records":[',
        '{"b":[{"c":"\\""}]}\n',
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), (parts, chunk) => {
        const whole = parts.join('');
        expect(split(whole, { chunk, max: 40 })).toEqual(split(whole, { max: 40 }));
      }),
      { numRuns: 500 },
    );
  });
});
