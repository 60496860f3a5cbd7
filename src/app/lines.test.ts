import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Line, linesOf } from './lines.ts';

async function* chunksOf(text: string, length: number): AsyncGenerator<Uint8Array> {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; at += length) yield data.subarray(at, at + length);
}

async function read(text: string, chunk: number, bytesMax: number): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of linesOf(chunksOf(text, chunk), bytesMax)) lines.push(line);
  return lines;
}

it('lines are the same however the input is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.stringMatching(/^[ab\r]{0,6}$/)),
      fc.integer({ min: 1, max: 9 }),
      async (texts, chunk) => {
        const lines = await read(texts.map((text) => `${text}\n`).join(''), chunk, 100);
        expect(lines.map((line) => ('bytes' in line ? Buffer.from(line.bytes).toString() : line))).toEqual(texts);
        expect(lines.every(({ ended }) => ended)).toBe(true);
      },
    ),
  );
});

it('a last line without a break counts, and is told from one that has it', async () => {
  expect(await read('a\nb', 2, 10)).toMatchObject([{ ended: true }, { number: 2, ended: false }]);
});

it.each([4, 5])('a line of %d bytes, where 4 are the most', async (length) => {
  const [line] = await read(`${'x'.repeat(length)}\n`, 3, 4);
  expect(line).toMatchObject(length === 4 ? { number: 1 } : { number: 1, tooLong: 5 });
});
