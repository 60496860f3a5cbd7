import { describe, expect, it } from 'vitest';
import { Unknown } from '../../model/value.ts';
import { at, only, read } from './fixtures/memory-tree.ts';

const json = JSON.stringify;
const servers = json({ mcpServers: { notes: { command: 'notes', args: ['--port', 1] } } });
const lock = (pins: object): string => json({ lock: 1, servers: { notes: { time: 't', definitions: [], ...pins } } });

describe('pins of a server entry', () => {
  it('are nothing where there is no lock file', async () => {
    expect(only(await read({ '.mcp.json': servers }), 'mcp.server')['pins']).toBeUndefined();
  });

  it.each([
    ['pinned', lock({ identity: { command: 'notes --port 1' } })],
    ['pinned', lock({ identity: {} })],
    ['other-server', lock({ identity: { command: 'notes --port 2' } })],
    ['other-server', lock({ identity: { url: 'https://a.example' } })],
    ['changed', lock({ identity: {}, differs: { time: 't', definitions: ['tool a'] } })],
    ['missing', '{"lock":1,"servers":{}}'],
  ])('%s: %s', async (state, text) => {
    const found = await read({ '.mcp.json': servers, 'demarc.mcp-lock.json': text });
    expect(at(only(found, 'mcp.server'), 'pins.state')).toBe(state);
    expect(found.gaps).toEqual([]);
  });

  it('are found beside the configuration, or in its project', async () => {
    const text = lock({ identity: {} });
    for (const folder of ['.cursor/', '']) {
      const found = await read({ '.cursor/mcp.json': servers, [`${folder}demarc.mcp-lock.json`]: text });
      expect(at(only(found, 'mcp.server'), 'pins.state')).toBe('pinned');
    }
  });

  it('are unknown, with one gap, where the lock file is none', async () => {
    const two = json({ mcpServers: { a: { command: 'a' }, b: { command: 'b' } } });
    const found = await read({ '.mcp.json': two, 'demarc.mcp-lock.json': '{' });
    const pins = found.resources
      .filter(({ type }) => type === 'mcp.server')
      .map(({ properties }) => properties['pins']);
    expect(pins.every((value) => value instanceof Unknown)).toBe(true);
    expect(found.gaps.map(({ reason, location }) => [reason, location.file])).toEqual([
      ['`demarc.mcp-lock.json` is no JSON', 'demarc.mcp-lock.json'],
    ]);
  });
});
