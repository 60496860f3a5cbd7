import { describe, expect, it } from 'vitest';
import { gatewaySettings } from '../../gateway/config/settings.ts';
import type { Principal } from '../../model/principal.ts';
import type { Context } from '../context.ts';
import { Pins } from './pins.ts';

const missing = (): never => {
  throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
};
const context = { files: { read: missing } } as unknown as Context;
const settings = gatewaySettings.parse({ version: 1, servers: { s: { url: 'http://127.0.0.1:1/' } } });
const anyone = {} as Principal;
const tool = (name: string, description: string) => ({ name, description, inputSchema: { type: 'object' } });

describe('what a server lists', () => {
  it('two definitions of one name in one list are seen', () => {
    const pins = new Pins(context, '/', settings);
    const page = [tool('read', 'Reads.'), tool('list', 'Lists.'), tool('read', 'Reads another.')];
    expect(pins.inspect('s', anyone, 'tool', page)).toEqual([[], [], ['definition.duplicate']]);
  });

  it('resources and templates of one list are judged each as what they are, in order', () => {
    const pins = new Pins(context, '/', settings);
    const page = [
      { uri: 'a:1', name: 'one' },
      { uriTemplate: 'a:{x}', name: 'some' },
      { name: 'neither' },
      { uri: 'a:1', name: 'one' },
    ];
    expect(pins.inspect('s', anyone, 'resource', page)).toEqual([
      [],
      [],
      ['definition.malformed'],
      ['definition.duplicate'],
    ]);
  });
});
