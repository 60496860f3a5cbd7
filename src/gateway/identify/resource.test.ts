import { describe, expect, it } from 'vitest';
import { Resources } from './resource.ts';

const resources = new Resources('https://gw.example');
const none = new Set<string>();

describe('G2: the server a target addresses', () => {
  it.each([
    ['/mcp/files', 'files'],
    ['/mcp/files?x=1', 'files'],
    ['/mcp', undefined],
    ['/mcp/', undefined],
    ['/mcp//files', undefined],
    ['//mcp/files', undefined],
    ['/MCP/files', undefined],
    ['/mcp/Files', undefined],
    ['/mcp/files/', undefined],
    ['/mcp/files;x', undefined],
    ['/mcp/files/../mail', undefined],
    ['/mcp/./files', undefined],
    ['/mcp/%66iles', undefined],
    ['/mcp%2ffiles', undefined],
    ['/mcp/files#x', undefined],
    ['/mcp/fi\\les', undefined],
    ['http://gw.example/mcp/files', undefined],
    ['/mcp/-files', undefined],
    ['/mcp/my_files-2', 'my_files-2'],
    [`/mcp/${'a'.repeat(64)}`, 'a'.repeat(64)],
    [`/mcp/${'a'.repeat(65)}`, undefined],
    ['*', undefined],
    ['', undefined],
  ])('%s: %s', (target, server) => {
    expect(resources.serverOf(target)).toBe(server);
  });
});

describe('what an audience reaches', () => {
  it.each<[unknown, 'gateway' | string[] | undefined]>([
    ['https://gw.example', 'gateway'],
    ['https://gw.example/', 'gateway'],
    ['HTTPS://GW.Example/mcp', 'gateway'],
    ['https://gw.example/mcp/', 'gateway'],
    ['https://gw.example/mcp/files', ['files']],
    [
      ['https://gw.example/mcp/files', 'https://gw.example/mcp/mail', 'account'],
      ['files', 'mail'],
    ],
    [['https://gw.example/mcp/files', 'https://gw.example/mcp'], 'gateway'],
    ['https://gw.example/MCP', undefined],
    ['https://gw.example//', undefined],
    ['https://gw.example/mcp/../mcp', undefined],
    ['https://gw.example/mcp/files/../mail', undefined],
    ['https://gw.example/mcp/%66iles', undefined],
    ['https://gw.example:443', undefined],
    ['https://user@gw.example', undefined],
    ['https://gw.example#', undefined],
    ['https://gw.example?', undefined],
    ['http://gw.example', undefined],
    ['https://gw.example.evil.example', undefined],
    ['https://gx.example/mcp/files', undefined],
    ['https://gw.example\n', undefined],
    [' https://gw.example', undefined],
    ['gw.example', undefined],
    ['', undefined],
    [undefined, undefined],
    [[], undefined],
    [[['https://gw.example']], undefined],
    [{ 0: 'https://gw.example' }, undefined],
    ['api://gateway', undefined],
  ])('%j: %j', (audience, reach) => {
    const found = resources.reachOf(audience, none);
    expect(found instanceof Set ? [...(found as Set<string>)] : found).toEqual(reach);
  });

  it('counts what an issuer is known to call this gateway, exactly', () => {
    expect(resources.reachOf('api://gateway', new Set(['api://gateway']))).toBe('gateway');
    expect(resources.reachOf('API://gateway', new Set(['api://gateway']))).toBeUndefined();
  });
});
