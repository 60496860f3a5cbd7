/** docs/guide/feeds.md says what is: its settings are taken, its columns are those that are sent, its numbers are the limits. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { limits } from '../base/limits.ts';
import { formatEntry } from '../ledger/entry.ts';
import { oneOfEach } from './fixtures/events.ts';
import { toRecord } from './record.ts';
import { toRow } from './sentinel/sentinel-sink.ts';
import { parseFeedSettings } from './settings.ts';

const guide = readFileSync(new URL('../../docs/guide/feeds.md', import.meta.url), 'utf8');
const block = (language: string): string => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(guide)?.[1] ?? '';

describe('the guide to feeds', () => {
  it('shows settings that are taken, of every sink', () => {
    const feeds = parseFeedSettings(parse(block('yaml')), 'guide');
    expect(new Set(feeds.map(({ sink }) => sink)).size).toBe(7);
  });

  it('declares the columns that are sent to Sentinel', async () => {
    const sent = new Set<string>();
    for (const [index, event] of oneOfEach.entries()) {
      const record = await toRecord('log', { index, entry: formatEntry(event) }, 'withhold', {
        open: () => Promise.reject(new TypeError('opened')),
      });
      if (typeof record !== 'string') for (const name of Object.keys(toRow(record))) sent.add(name);
    }
    const { streamDeclarations } = JSON.parse(block('json')) as {
      streamDeclarations: Record<string, { columns: { name: string }[] }>;
    };
    expect([...sent].sort()).toEqual(streamDeclarations['Custom-DemarcEvents']!.columns.map(({ name }) => name).sort()); // prettier-ignore
  });

  it('names the limits', () => {
    expect(guide).toContain(`at most ${limits.feedSpoolBatchesMax} and ${limits.feedSpoolBytesMax / 1024 / 1024} MiB`);
    expect(guide).toContain(`Payloads over ${limits.feedPayloadBytesMax / 1024} KiB`);
    expect(guide).toContain(`between 0.5 s and ${limits.feedRetryDelayMsMax / 1000} s`);
    expect([limits.feedRetryAfterMsMax, limits.feedAttemptsMax]).toEqual([3_600_000, 5]);
  });
});
