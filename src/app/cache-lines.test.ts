import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LineStore } from './cache-lines.ts';
import { processContext } from './context.ts';
import { nodeWriter } from './node-ports.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demarc-lines-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const open = (name: string, format = '1'): LineStore => new LineStore(processContext(), join(folder, name), format);
const filled = (name: string, ...pairs: readonly (readonly [string, string])[]): void => {
  const store = open(name);
  for (const [key, text] of pairs) store.put(key, text);
  store.save();
};

describe('texts by key', () => {
  it('come back in the next run, whatever they hold', () => {
    filled('a', ['one', 'é\t"x"'], ['two', '']);
    const store = open('a');
    expect([store.find('one'), store.find('two'), store.find('three')]).toEqual(['é\t"x"', '', undefined]);
  });

  it('are dropped when a run neither looked them up nor put them', () => {
    filled('b', ['one', '1'], ['two', '2']);
    const store = open('b');
    store.find('two');
    store.save();
    expect([open('b').find('one'), open('b').find('two')]).toEqual([undefined, '2']);
  });

  it('are not written again when nothing changed', () => {
    filled('c', ['one', '1']);
    const before = readFileSync(join(folder, 'c'), 'utf8');
    writeFileSync(join(folder, 'c'), `${before}\n`);
    const store = open('c');
    store.put('one', '1');
    store.save();
    expect(readFileSync(join(folder, 'c'), 'utf8')).toBe(`${before}\n`);
  });

  it('of another format, or a file cut short, are none', () => {
    filled('d', ['one', '1'], ['two', '22222']);
    expect(open('d', '2').find('one')).toBeUndefined();
    writeFileSync(join(folder, 'd'), readFileSync(join(folder, 'd'), 'utf8').slice(0, -3));
    expect([open('d').find('one'), open('d').find('two')]).toEqual(['1', undefined]);
  });
});

it('a file that is replaced is the old one until the new one is complete', () => {
  const path = join(folder, 'whole');
  nodeWriter.write(path, 'old');
  function* broken(): Generator<string> {
    yield 'new';
    expect(readFileSync(path, 'utf8')).toBe('old');
    throw new RangeError('no more');
  }
  expect(() => nodeWriter.replaceAll(path, broken())).toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder).filter((name) => name.startsWith('whole'))).toEqual(['whole']);
  nodeWriter.replaceAll(path, ['n', 'ew']);
  expect(readFileSync(path, 'utf8')).toBe('new');
});
