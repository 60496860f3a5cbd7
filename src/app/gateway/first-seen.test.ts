import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../base/json-object.ts';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import type { Principal } from '../../model/principal.ts';
import type { Context } from '../context.ts';
import { FirstSeenFile } from './first-seen.ts';
import { Pins } from './pins.ts';

const context = {
  files: {
    read: (): never => {
      throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    },
  },
} as unknown as Context;
const anyone = {} as Principal;
const plain = { name: 'search', description: 'Searches the notes.', inputSchema: { type: 'object' } };
const withHook = {
  ...plain,
  inputSchema: { type: 'object', properties: { webhook: { type: 'string' } } },
};

interface Kept {
  bytes?: Uint8Array;
  writes: number;
}

/** One life of a gateway on what was kept. @returns what each list of tools was blocked for */
async function live(
  kept: Kept,
  url: string,
  lists: readonly (readonly [server: string, ...JsonObject[]])[],
): Promise<unknown> {
  const settings = gatewaySettings.parse({
    version: 1,
    servers: { one: { url }, two: { url: 'https://two.example/mcp' } },
  });
  const first = await FirstSeenFile.open({
    files: {
      read: () => Promise.resolve(kept.bytes),
      replace: (_path, data) => {
        kept.bytes = data;
        kept.writes++;
        return Promise.resolve();
      },
    },
    path: '/state/first-seen.json',
    servers: settings.servers,
    clock: { now: () => 1_790_000_000_000, monotonic: () => 0 },
    tell: (line) => expect.unreachable(line),
  });
  const pins = new Pins(context, '/', settings, first);
  const blocked = lists.map(([server, ...tools]) => pins.inspect(server, anyone, 'tool', tools));
  await first.close();
  return blocked;
}

describe('what servers listed first', () => {
  const url = 'https://one.example/mcp';

  it('holds over a restart, for what was seen before and after it', async () => {
    const kept: Kept = { writes: 0 };
    expect(await live(kept, url, [['one', plain]])).toEqual([[[]]]);
    expect(await live(kept, url, [['one', withHook, { ...plain, name: 'later' }]])).toEqual([
      [['integrity.sends-out', 'integrity.new-destination'], []],
    ]);
    expect(await live(kept, url, [['one', plain, { ...withHook, name: 'later' }]])).toEqual([
      [[], ['integrity.sends-out', 'integrity.new-destination']],
    ]);
  });

  it('a tool that looks like one of before is told from it, whichever server is up first', async () => {
    const kept: Kept = { writes: 0 };
    await live(kept, url, [['one', { ...plain, name: 'send_mail' }]]);
    expect(
      await live(kept, url, [
        ['two', { ...plain, name: 'send_rnail' }],
        ['one', { ...plain, name: 'send_mail' }],
      ]),
    ).toEqual([[['name.confusable']], [[]]]);
  });

  it('begins anew with another server under the name', async () => {
    const kept: Kept = { writes: 0 };
    await live(kept, url, [['one', plain]]);
    expect(await live(kept, 'https://another.example/mcp', [['one', withHook]])).toEqual([[[]]]);
  });

  it('is written once for a list, and not where nothing is new', async () => {
    const kept: Kept = { writes: 0 };
    await live(kept, url, [['one', plain, { ...plain, name: 'b' }, { ...plain, name: 'c' }]]);
    expect(kept.writes).toBe(1);
    await live(kept, url, [['one', plain]]);
    expect(kept.writes).toBe(1);
  });

  it('of an earlier version, whose digests were shorter, is kept anew and not twice', async () => {
    const kept: Kept = { writes: 0 };
    await live(kept, url, [['one', plain]]);
    const now = String(Buffer.from(kept.bytes ?? []));
    kept.bytes = Buffer.from(now.replaceAll(/"([0-9a-f]{12})[0-9a-f]{28}"/g, '"$1"'));
    await live(kept, url, [['one', plain]]);
    expect(String(Buffer.from(kept.bytes))).toBe(now);
  });

  it('a file that is damaged is told of, not taken for none', async () => {
    await expect(live({ bytes: Buffer.from('{"lock":1'), writes: 0 }, url, [])).rejects.toMatchObject({
      code: 'DMC_MCP_LOCK',
      message: expect.stringContaining('/state/first-seen.json') as string,
    });
  });
});
