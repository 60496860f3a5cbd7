import { describe, expect, it } from 'vitest';
import { testGrammars } from './fixtures/collect-tree.ts';
import { readFile } from './read-file.ts';
import { Grammars } from './syntax/grammar.ts';

const client = (more: string): string => `from openai import OpenAI\nclient = OpenAI(${more})\n`;

/** What is kept of a file. */
async function keptOf(text: string): Promise<string[]> {
  const kept: string[] = [];
  const keep = (_name: string, _paths: readonly string[], make: () => string | undefined): void => {
    kept.push(...[make()].flatMap((made) => made ?? []));
  };
  await readFile(new Grammars(testGrammars), 'a.py', 'ai', {
    text: () => text,
    has: () => true,
    folder: () => [],
    keep,
  });
  return kept;
}

describe('what is kept of a source file', () => {
  it('is all that it gives', async () => {
    expect(await keptOf(client('timeout=5'))).toEqual([expect.stringMatching(/^ai \{/)]);
  });

  it('is only its use where a secret stands, by its shape or by its name', async () => {
    const [shaped, named] = ['sk-proj-0123456789abcdefghijABCDEFGHIJ', 'Xk29-qpwo-77aJ-mmLq'];
    expect(await keptOf(client(`api_key="${shaped}"`))).toEqual(['ai ']);
    expect(await keptOf(client(`api_key="${named}"`))).toEqual(['ai ']);
  });

  it('is nothing of a file that could not be read, which may be read another time', async () => {
    const kept: string[] = [];
    const broken = new Grammars({ ...testGrammars, wasm: () => new Uint8Array() });
    const source = { text: () => client(''), has: () => true, folder: () => [], keep: () => void kept.push('x') };
    expect((await readFile(broken, 'a.py', 'ai', source)).gaps).toHaveLength(1);
    expect(kept).toEqual([]);
  });
});
