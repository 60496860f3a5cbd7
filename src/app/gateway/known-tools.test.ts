import { expect, it } from 'vitest';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import type { ListedTool } from '../../gateway/definitions/directory.ts';
import { unknownTool } from '../../model/tool-labels.ts';
import { KnownTools } from './known-tools.ts';

const tool: ListedTool = {
  server: 's',
  name: 'pay',
  inputSchema: { type: 'object', properties: { amount: { type: 'integer' } } },
  outputSchema: undefined,
  labels: { ...unknownTool, name: 'pay', review: 'draft', because: ['pays'] },
};

async function opened(bytes: Uint8Array | undefined, url = 'https://s.example/mcp') {
  const kept: { bytes?: Uint8Array | undefined } = { bytes };
  const told: string[] = [];
  const known = await KnownTools.open({
    files: {
      read: () => Promise.resolve(kept.bytes),
      replace: (_path, data) => Promise.resolve(void (kept.bytes = data)),
    },
    path: '/state/known-tools.json',
    servers: gatewaySettings.parse({ version: 1, servers: { s: { url } } }).servers,
    tell: (line) => told.push(line),
  });
  return { known, told, kept };
}

it('knows what was listed before, of the same server only', async () => {
  const { known, kept } = await opened(undefined);
  known.keep([tool]);
  await known.close();
  const same = await opened(kept.bytes);
  const other = await opened(kept.bytes, 'https://other.example/mcp');
  expect([same.known.of('s'), other.known.of('s'), same.known.of('t')]).toEqual([[tool], [], []]);
});

it.each([
  ['cut off', '{"tools":1,"servers":{"s":{'],
  [
    'of another shape',
    JSON.stringify({
      tools: 1,
      servers: { s: { identity: { url: 'https://s.example/mcp' }, manifest: { manifest: 1, tools: [{}] } } },
    }),
  ],
])('a file that is %s is told of, and as none', async (_how, text) => {
  const { known, told } = await opened(Buffer.from(text));
  expect(known.of('s')).toEqual([]);
  expect(told).toEqual([expect.stringMatching(/^tools that servers listed before are not known: /)]);
});

it('a file of another format is as none', async () => {
  const { known, told } = await opened(Buffer.from('{"tools":2}'));
  expect([known.of('s'), told]).toEqual([[], []]);
});
