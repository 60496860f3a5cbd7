import { describe, expect, it } from 'vitest';
import { commandIdentity, isSameServer, urlIdentity } from './identity.ts';

describe('which server it is', () => {
  it('is told by program, arguments and version', () => {
    const pinned = commandIdentity(['npx', '-y', 'notes@1.0.0', 'my folder']);
    expect(pinned).toEqual({ command: 'npx -y notes@1.0.0 "my folder"' });
    expect(isSameServer(pinned, commandIdentity(['npx', '-y', 'notes@1.0.0', 'my folder']))).toBe(true);
    expect(isSameServer(pinned, commandIdentity(['npx', '-y', 'notes@1.0.1', 'my folder']))).toBe(false);
    expect(isSameServer(pinned, urlIdentity('https://a.example/mcp'))).toBe(false);
    expect(isSameServer({}, pinned)).toBe(true);
    const address = urlIdentity('https://a.example/mcp');
    expect(isSameServer(address, urlIdentity('https://a.example/mcp'))).toBe(true);
    for (const other of [urlIdentity('https://b.example/mcp'), pinned, {}])
      expect(isSameServer(address, other)).toBe(false);
  });

  it('is not told by a credential, and holds none', () => {
    const key = (letter: string): string => `sk-proj-${letter.repeat(3)}${'a1B2c3D4'.repeat(5)}`;
    const first = commandIdentity(['notes', '--api-key', key('x')]);
    expect(first).toEqual({ command: 'notes --api-key [secret]' });
    expect(commandIdentity(['notes', '--api-key', key('y')])).toEqual(first);
    expect(urlIdentity('https://a.example/s/Ab3dEf6hIj9lMn2pQr5t/mcp?key=abc&b=1')).toEqual({
      url: 'https://a.example/s/[secret]/mcp?b&key',
    });
    expect(urlIdentity('https://u:pa55word@a.example/mcp')).toEqual({ url: 'https://u:[secret]@a.example/mcp' });
  });
});
