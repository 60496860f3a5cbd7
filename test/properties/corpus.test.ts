import { describe, expect, it } from 'vitest';
import { generateCorpus } from '../../bench/corpus/generate.ts';

function corpus(files: number, resources: number, seed: number): { texts: Map<string, string>; resources: number } {
  const texts = new Map<string, string>();
  const report = generateCorpus({ files, resources, seed }, (path, text) => texts.set(path, text));
  return { texts, resources: report.resources };
}

describe('the corpus', () => {
  it('is the same for the same seed, and another for another', () => {
    expect([...corpus(300, 3000, 1).texts]).toEqual([...corpus(300, 3000, 1).texts]);
    expect([...corpus(300, 3000, 1).texts]).not.toEqual([...corpus(300, 3000, 2).texts]);
  });

  it('has the files and resources it was asked for, four fifths of them Terraform', () => {
    const { texts, resources } = corpus(1000, 10_000, 1);
    expect(texts.size).toBe(1000);
    expect(Math.abs(resources - 10_000)).toBeLessThanOrEqual(200);
    expect([...texts.keys()].filter((path) => path.endsWith('.tf'))).toHaveLength(800);
  });

  it('calls only modules that it wrote', () => {
    const { texts } = corpus(1000, 10_000, 1);
    const called = [...texts.values()].flatMap((text) =>
      [...text.matchAll(/source {3}= "\.\.\/\.\.\/([^"]+)"/g)].map((match) => match[1]),
    );
    expect(called.length).toBeGreaterThan(20);
    expect(called.filter((path) => !texts.has(`terraform/${path}/main.tf`))).toEqual([]);
  });
});
