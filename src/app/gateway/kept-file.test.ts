import { describe, expect, it } from 'vitest';
import { KeptFile } from './kept-file.ts';

describe('a file that follows what is in memory', () => {
  it('is written once for changes that come together, and again for those that come while it is written', async () => {
    const written: string[] = [];
    let [value, finish] = [0, (): void => undefined];
    const file = new KeptFile({
      files: {
        replace: (_path, data) => {
          written.push(Buffer.from(data).toString());
          return new Promise((resolve) => (finish = resolve));
        },
      },
      path: '/f',
      text: () => String(value),
      tell: (line) => expect.unreachable(line),
    });
    for (value of [1, 2, 3]) file.changed();
    await new Promise(setImmediate);
    for (value of [4, 5]) file.changed();
    finish();
    await new Promise(setImmediate);
    finish();
    await file.close();
    expect(written).toEqual(['3', '5']);
  });

  it('what could not be written is told, and written with the next change or at the end', async () => {
    const told: string[] = [];
    let [isFull, kept] = [true, ''];
    const file = new KeptFile({
      files: {
        replace: (_path, data) => {
          if (isFull) return Promise.reject(new Error('no space left'));
          kept = Buffer.from(data).toString();
          return Promise.resolve();
        },
      },
      path: '/state/f.json',
      text: () => 'all',
      tell: (line) => told.push(line),
    });
    file.changed();
    await new Promise(setImmediate);
    isFull = false;
    await file.close();
    expect([told, kept]).toEqual([['/state/f.json could not be written: no space left'], 'all']);
  });
});
