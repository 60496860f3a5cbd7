import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { logFormats } from './formats.ts';
import type { LogFormat } from './log-format.ts';
import { type LogItem, readLog } from './read-log.ts';

const folder = new URL('./', import.meta.url).pathname;

/** Made-up records in the documented shapes; the source of each shape is named in its format's file. */
const samples = logFormats.flatMap((format) =>
  readdirSync(join(folder, format.id, 'fixtures'))
    .filter((name) => !name.endsWith('.expected.json'))
    .map((name): [string, string, LogFormat] => [format.id, name, format]),
);

async function items(name: string, data: Uint8Array, formats: readonly LogFormat[] = logFormats): Promise<LogItem[]> {
  const chunks = (async function* () {
    yield data;
  })();
  const found: LogItem[] = [];
  for await (const item of readLog({ name, chunks }, { formats, raw: 'keep' })) found.push(item);
  return found;
}

describe('formats', () => {
  it('each folder is a format of the registry', () => {
    const folders = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'gaps')
      .map((entry) => entry.name);
    expect(logFormats.map((format) => format.id)).toEqual(folders.sort());
  });

  it.each(samples)('%s: %s becomes exactly these events, found by content', async (id, name) => {
    const found = await items(name, readFileSync(join(folder, id, 'fixtures', name)));
    await expect(`${JSON.stringify(found, null, 2)}\n`).toMatchFileSnapshot(
      join(folder, id, 'fixtures', `${name}.expected.json`),
    );
    expect(found.filter((item) => item.type === 'event').length).toBeGreaterThan(0);
  });

  it.each(samples)('%s: %s is the same in gzip, named by the caller', async (id, name, format) => {
    const data = readFileSync(join(folder, id, 'fixtures', name));
    expect(await items(name, gzipSync(data), [format])).toEqual(await items(name, data));
  });

  it.each(samples)('%s: no mail address of %s is in clear', async (id, name) => {
    for (const item of await items(name, readFileSync(join(folder, id, 'fixtures', name)))) {
      if (item.type !== 'event') continue;
      const { payload: _payload, subject: _subject, ...clear } = item.event;
      expect(JSON.stringify(clear)).not.toMatch(/@example/);
    }
  });
});
