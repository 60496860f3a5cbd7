import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { assess } from '../../src/app/assess.ts';
import { defaultConfig } from '../../src/app/config.ts';
import { loadMeanings, loadRules, readData } from '../../src/app/data.ts';
import { nodeClock, nodeFiles } from '../../src/app/node-ports.ts';
import { makeCollectors } from '../../src/app/wire.ts';
import { reviveCatalogue } from '../../src/catalogue/catalogue.ts';
import type { Assessment } from '../../src/model/assessment.ts';

interface Reviewed {
  readonly rule: string;
  readonly file: string;
  readonly reason: string;
}

const folder = new URL('./corpus/', import.meta.url).pathname;
const samples = readdirSync(folder).sort();
const reviewed = parse(readFileSync(new URL('./reviewed.yaml', import.meta.url), 'utf8')) as readonly Reviewed[];
const shared = {
  version: 'test',
  files: nodeFiles,
  clock: nodeClock,
  catalogue: reviveCatalogue(readData('catalogue.json')),
  meanings: loadMeanings(),
  rules: loadRules(),
  collectors: makeCollectors(),
  config: defaultConfig,
  starts: [''],
  baseline: new Set<string>(),
  cache: undefined,
  onProgress: undefined,
};
const done = new Map<string, Promise<Assessment>>();

function assessSample(sample: string): Promise<Assessment> {
  let running = done.get(sample);
  if (running === undefined) {
    running = assess({ ...shared, root: join(folder, sample), named: [sample] });
    done.set(sample, running);
  }
  return running;
}

const keyOf = (rule: string, file: string): string => `${rule} in ${file}`;

describe.each(samples)('%s', (sample) => {
  it('is well configured: no finding but the reviewed ones', async () => {
    const accepted = new Set(reviewed.map(({ rule, file }) => keyOf(rule, file)));
    const { findings } = await assessSample(sample);
    const found = findings.map(({ rule, location }) => keyOf(rule, `${sample}/${location.file}`));
    expect(found.filter((key) => !accepted.has(key))).toEqual([]);
  });

  it('is read whole', async () => {
    expect((await assessSample(sample)).gaps).toEqual([]);
  });

  it(
    sample.startsWith('ordinary-') ? 'holds no AI workload' : 'is silent because controls are held, not unseen',
    async () => {
      const { workloads, verdicts } = await assessSample(sample);
      if (sample.startsWith('ordinary-')) expect(workloads.map(({ name }) => name)).toEqual([]);
      else {
        expect(workloads.length).toBeGreaterThan(0);
        expect(verdicts.filter(({ state }) => state === 'held').length).toBeGreaterThanOrEqual(3);
      }
    },
  );
});

describe('the reviewed findings', () => {
  it('all still occur, once each, with a reason', async () => {
    const found = new Set<string>();
    for (const sample of samples) {
      for (const { rule, location } of (await assessSample(sample)).findings)
        found.add(keyOf(rule, `${sample}/${location.file}`));
    }
    const keys = reviewed.map(({ rule, file }) => keyOf(rule, file));
    expect(keys.filter((key) => !found.has(key))).toEqual([]);
    expect(new Set(keys).size).toBe(keys.length);
    expect(reviewed.filter(({ reason }) => (reason ?? '').length < 10)).toEqual([]);
  });
});
