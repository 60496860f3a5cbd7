import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../base/errors.ts';
import type { EventInput } from '../../model/event.ts';
import { logFormats } from './formats.ts';
import { importLogs } from './import-logs.ts';
import type { LogFile } from './read-log.ts';

const folder = new URL('./', import.meta.url).pathname;
const paths = [
  'bedrock-invocation/fixtures/log.jsonl',
  'cloudtrail/fixtures/records.json',
  'claude-code-otel/fixtures/otlp.jsonl',
];

function files(): LogFile[] {
  return paths.map((path) => ({
    name: path,
    chunks: (async function* () {
      yield readFileSync(folder + path);
    })(),
  }));
}

/** Whether a key was seen, as a ledger would know it. */
function memory(): (key: string) => boolean {
  const keys = new Set<string>();
  return (key) => keys.size === keys.add(key).size;
}

const options = { formats: logFormats, raw: 'keep' } as const;

describe('importing', () => {
  it('records every event in the order of the files, and counts it', async () => {
    const recorded: EventInput[] = [];
    const summary = await importLogs(files(), options, {
      record: async (event) => keep(recorded, event),
      seen: memory(),
    });
    const sources = recorded.map((event) => event.source);
    expect(sources).toEqual([...sources].sort((a = '', b = '') => order(a) - order(b)));
    expect(summary.events).toEqual({
      'import:bedrock-invocation': { 'model.request': 3, 'model.response': 3, 'tool.call': 2 },
      'import:cloudtrail': { 'model.request': 2, 'tool.call': 1, custom: 1, 'config.change': 2, 'data.query': 1 },
      'import:claude-code-otel': expect.objectContaining({ decision: 2, 'tool.result': 1 }),
    });
    expect(recorded).toHaveLength(
      Object.values(summary.events)
        .flatMap((kinds) => Object.values(kinds))
        .reduce((a, b) => a + b),
    );
    expect(summary).toMatchObject({ files: 3, duplicates: 0, ignored: 1 });
    expect(summary.gaps.map((gap) => gap.reason)).toContain(
      'truncated by the source: the input is an object of its own in S3',
    );
  });

  it('takes nothing twice', async () => {
    const seen = memory();
    const recorded: EventInput[] = [];
    const ports = { record: async (event: EventInput) => keep(recorded, event), seen };
    await importLogs(files(), options, ports);
    const count = recorded.length;
    const again = await importLogs(files(), options, ports);
    expect(recorded).toHaveLength(count);
    expect(again).toMatchObject({ events: {}, duplicates: count });
  });

  it('a dry run records nothing and counts the same', async () => {
    const dry = await importLogs(files(), options, { record: undefined, seen: memory() });
    const real = await importLogs(files(), options, { record: async () => [], seen: memory() });
    expect(dry).toEqual(real);
  });

  it('an event the ledger refuses is a gap where it stands; anything else it throws ends the import', async () => {
    const refuse = async (event: EventInput): Promise<string[]> => {
      if (event.kind === 'decision') throw new DemarcError('DMC_EVENT_INVALID', 'an event lacks `x`');
      return event.kind === 'tool.call' ? ['`x`: sealed'] : [];
    };
    const summary = await importLogs(files(), options, { record: refuse, seen: memory() });
    expect(
      summary.gaps.filter((gap) => gap.reason === 'the ledger refused the event: an event lacks `x`'),
    ).toHaveLength(2);
    expect(summary.problems).toEqual({ '`x`: sealed': 3 });
    const stop = async (): Promise<string[]> => {
      throw new DemarcError('DMC_LEDGER_STOPPED', 'fsync failed');
    };
    await expect(importLogs(files(), options, { record: stop, seen: memory() })).rejects.toThrow('fsync failed');
  });
});

function order(source: string): number {
  return paths.findIndex((path) => source === `import:${path.split('/')[0]}`);
}

function keep(list: EventInput[], event: EventInput): string[] {
  list.push(event);
  return [];
}
