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

  it('are kept where the owner says so, looked up or not', () => {
    filled('e', ['one', '1'], ['two', '2'], ['three', '3'], ['four', '4']);
    const store = open('e');
    store.put('two', '22');
    store.put('five', '5');
    store.save((key) => key !== 'three');
    const again = open('e');
    expect(['one', 'two', 'three', 'four', 'five'].map((key) => again.find(key))).toEqual([
      '1',
      '22',
      undefined,
      '4',
      '5',
    ]);
  });

  it('are not written again when nothing changed', () => {
    filled('c', ['one', '1']);
    rmSync(join(folder, 'c'));
    filled('c', ['one', '1']);
    const store = open('c');
    expect(store.find('one')).toBe('1');
    rmSync(join(folder, 'c'));
    store.save();
    expect(readdirSync(folder)).not.toContain('c');
  });

  it.each<[what: string, damage: (text: string) => string]>([
    ['cut short', (text) => text.slice(0, -3)],
    ['longer', (text) => `${text}three\t3\n`],
    ['of which a letter changed', (text) => text.replace('22222', '22223')],
    ['without its head', (text) => text.slice(text.indexOf('\n') + 1)],
    ['empty', () => ''],
    ['that is something else', () => '{"key": "one"}'],
  ])('in a file %s are none', (_what, damage) => {
    filled('d', ['one', '1'], ['two', '22222']);
    writeFileSync(join(folder, 'd'), damage(readFileSync(join(folder, 'd'), 'utf8')));
    expect([open('d').find('one'), open('d').find('two'), open('d').find('three')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('of another format are none, nor are any for who starts anew', () => {
    filled('f', ['one', '1']);
    expect(open('f', '2').find('one')).toBeUndefined();
    expect(new LineStore(processContext(), join(folder, 'f'), '1', true).find('one')).toBeUndefined();
    expect(open('f').find('one')).toBe('1');
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
