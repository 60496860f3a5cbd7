import { describe, expect, it } from 'vitest';
import type { Files, FileStat } from '../base/ports.ts';
import type { Part } from '../evaluate/islands.ts';
import type { Collector, Unit } from '../model/collect.ts';
import type { Gap } from '../model/gap.ts';
import { collectTree, type CollectedUnit, type UnitCache } from './run.ts';

/** One file, `etc/a.json`, whose owner and mode the test may change. */
class OneFile implements Files {
  mode = 0o644;
  uid = 0;
  list(directory: string): ReturnType<Files['list']> {
    if (directory.endsWith('/etc')) return [{ name: 'a.json', kind: 'file' }];
    return [{ name: 'etc', kind: 'directory' }];
  }
  stat(path: string): FileStat {
    const { mode, uid } = this;
    return { kind: this.kind(path), size: 2, modifiedMs: 0, changedMs: 0, inode: 1, mode, uid };
  }
  kind(path: string): 'file' | 'directory' {
    return path.endsWith('.json') ? 'file' : 'directory';
  }
  real(path: string): string {
    return path;
  }
  size(): number {
    return 2;
  }
  read(): Uint8Array {
    return new TextEncoder().encode('{}');
  }
}

class MemoryCache implements UnitCache {
  readonly #kept = new Map<string, { asked: readonly string[]; answers: readonly string[]; gaps: readonly Gap[] }>();
  find(_collector: Collector, unit: Unit, answerTo: (question: string) => string): CollectedUnit | undefined {
    const kept = this.#kept.get(unit.id);
    const same = kept?.asked.every((question, at) => answerTo(question) === kept.answers[at]) ?? false;
    return kept !== undefined && same ? { groups: [], gaps: kept.gaps } : undefined;
  }
  store(
    _collector: Collector,
    unit: Unit,
    asked: readonly string[],
    answerTo: (question: string) => string,
    _parts: readonly Part[],
    gaps: readonly Gap[],
  ): string[] {
    this.#kept.set(unit.id, { asked, answers: asked.map(answerTo), gaps });
    return [];
  }
  recall(): undefined {
    return undefined;
  }
  remember(): void {
    // Stamps are not what is tested.
  }
  kept(): undefined {
    return undefined;
  }
  keep(): void {
    // Nor is what collectors keep.
  }
}

/** Tells what `access` says about the file and its folder, as gaps. */
function teller(): Collector & { runs: number } {
  return {
    id: 'teller',
    version: 1,
    runs: 0,
    claims: () => true,
    plan: (files) => [{ id: 'all', files }],
    collect(unit, source) {
      this.runs++;
      const gaps = ['etc/a.json', ''].map((path) => ({
        kind: 'unsupported' as const,
        reason: `${path}: ${JSON.stringify(source.access?.(path))}`,
        location: { file: unit.id, line: 1, column: 1 },
      }));
      return { resources: [], gaps };
    },
  };
}

async function told(files: Files, root: string, collector: Collector, cache?: UnitCache): Promise<string[]> {
  const options = { starts: [''], excludes: [], now: 0, cache, onProgress: undefined };
  return (await collectTree(files, root, [collector], options)).gaps.map(({ reason }) => reason);
}

describe('access', () => {
  it('is told of the file system of the machine, and of nothing that may be a copy', async () => {
    expect(await told(new OneFile(), '/', teller())).toEqual([
      'etc/a.json: {"uid":0,"mode":420}',
      ': {"uid":0,"mode":420}',
    ]);
    expect(await told(new OneFile(), '/checkout', teller())).toEqual(['etc/a.json: undefined', ': undefined']);
  });

  it('is part of what a cached result depends on', async () => {
    const [files, collector, cache] = [new OneFile(), teller(), new MemoryCache()];
    const first = await told(files, '/', collector, cache);
    expect(await told(files, '/', collector, cache)).toEqual(first);
    expect(collector.runs).toBe(1);
    files.mode = 0o666;
    expect(await told(files, '/', collector, cache)).toContain('etc/a.json: {"uid":0,"mode":438}');
    expect(collector.runs).toBe(2);
  });
});
