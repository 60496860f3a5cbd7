import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SseEvent, SseReader, writeSse } from './sse.ts';

const line = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/[\r\n\0]/g, ''));
const event: fc.Arbitrary<SseEvent> = fc.oneof(
  fc
    .record(
      {
        event: line,
        id: line,
        retry: fc.nat(100_000),
        data: fc.array(line, { maxLength: 4 }).map((lines) => lines.join('\n')),
      },
      { requiredKeys: [] },
    )
    .filter((made) => Object.keys(made).length > 0),
  fc.record({ comment: line }),
);

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length));
}

function readAll(chunks: readonly Uint8Array[]): SseEvent[] {
  const reader = new SseReader();
  return chunks.flatMap((chunk) => reader.push(chunk));
}

describe('server-sent events', () => {
  it('G7: are read as they were written, wherever they are cut and however their lines end', () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 6 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom('\n', '\r', '\r\n'),
        (events, places, end) => {
          const bytes = Buffer.from(events.map(writeSse).join('').replaceAll('\n', end));
          expect(readAll(cut(bytes, places))).toEqual(events);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('G7: are read byte by byte', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 3 }), (events) => {
        const bytes = Buffer.from(events.map(writeSse).join(''));
        expect(readAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(events);
      }),
    );
  });

  it('G7: data cannot make another field or event', () => {
    const data = 'a\nevent: other\n\ndata: b\r\nid: 7\rretry: 1';
    expect(readAll([Buffer.from(writeSse({ data }))])).toEqual([{ data: data.replace(/\r\n|\r/g, '\n') }]);
  });

  it.each<[string, readonly SseEvent[]]>([
    ['data\n\n', [{ data: '' }]],
    ['data:x\n\n', [{ data: 'x' }]],
    ['data:  x\n\n', [{ data: ' x' }]],
    ['id: 1\ndata: \n\n', [{ id: '1', data: '' }]],
    ['id: a\0b\n\n', []],
    ['retry: soon\n\n', []],
    ['retry: 1s\n\n', []],
    ['retry: +1\n\n', []],
    ['retry: 1234567890\n\n', []],
    ['unknown: 1\n\n', []],
    ['data: never ended', []],
    ['\ufeffdata: x\n\n', [{ data: 'x' }]],
    [': alive\ndata: x\n\n', [{ comment: ' alive' }, { data: 'x' }]],
  ])('%j', (text, events) => {
    expect(readAll([Buffer.from(text)])).toEqual(events);
  });

  it('are of so many characters at most, however they come; comments are none of them', () => {
    const most = `: ${'c'.repeat(8)}\ndata: ${'x'.repeat(4)}\n`;
    const reader = new SseReader(10);
    for (let event = 0; event < 3; event++)
      expect(reader.push(Buffer.from(`${most}\n`))).toEqual([{ comment: ' cccccccc' }, { data: 'xxxx' }]);
    for (const chunks of [
      [`data: ${'x'.repeat(5)}`],
      [`data: ${'x'.repeat(5)}\n`],
      ['data: x\n', 'id: 1'],
      [most, 'x\n'],
    ]) {
      const cut = new SseReader(10);
      expect(() => chunks.map((chunk) => cut.push(Buffer.from(chunk)))).toThrow('sent too long an event');
    }
  });

  it('hold no comment that is more than one line', () => {
    expect(writeSse({ comment: 'a\nevent: b\r\n' })).toBe(':a event: b  \n\n');
  });

  it('that are not UTF-8 are refused', () => {
    expect(() => readAll([Buffer.from('data: \xff\n\n', 'latin1')])).toThrow('not UTF-8');
  });
});
