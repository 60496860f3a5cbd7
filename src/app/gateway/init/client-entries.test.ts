import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { type ClientEntry, entryAt, pointAtGateway } from './client-entries.ts';

/** The entry under a name, found as the collector states its place. */
function find(text: string, name: string): ClientEntry {
  const offset = text.indexOf(`"${name}"`);
  const before = text.slice(0, offset);
  const entry = entryAt(text, before.split('\n').length, offset - before.lastIndexOf('\n'));
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry;
}
const bridge = ({ name }: ClientEntry): { command: string; args: string[] } => ({
  command: 'demarc',
  args: ['mcp', '--server', name],
});

const claude = `{
    // kept
    "mcpServers": {
        "github": { "command": "npx", "args": ["-y", "gh"], "env": { "T": "x" }, "cwd": "/srv" }, // kept too
        "web": { "type": "http", "url": "https://mcp.example/x", "headers": { "Authorization": "Bearer t" }, "disabled": true },
    },
    "theme": "dark"
}
`;

describe('entries of clients', () => {
  it('are read with everything the gateway takes over', () => {
    expect(find(claude, 'github')).toEqual({
      path: ['mcpServers', 'github'],
      name: 'github',
      stdio: { command: 'npx', args: ['-y', 'gh'], cwd: '/srv' },
      env: { T: 'x' },
    });
    expect(find(claude, 'web')).toMatchObject({
      http: { url: 'https://mcp.example/x', headers: { Authorization: 'Bearer t' } },
    });
  });

  it('are pointed at the gateway; comments, other keys and what is the client’s own stay', () => {
    const after = pointAtGateway(claude, [find(claude, 'github'), find(claude, 'web')], bridge);
    expect(parse(after, [], { allowTrailingComma: true })).toEqual({
      mcpServers: {
        github: { command: 'demarc', args: ['mcp', '--server', 'github'] },
        web: { type: 'stdio', command: 'demarc', args: ['mcp', '--server', 'web'], disabled: true },
      },
      theme: 'dark',
    });
    expect(after).toContain('// kept\n');
    expect(after).toContain('// kept too');
    expect(after).not.toContain('Bearer t');
  });

  it('keep the shape their client wants: a list (OpenCode), an object (Zed), entries below projects', () => {
    const openCode =
      '{"mcp": {"a": {"type": "local", "command": ["node", "a.js"], "environment": {"K": "v"}, "enabled": true}}}';
    expect(find(openCode, 'a')).toMatchObject({ stdio: { command: 'node', args: ['a.js'] }, env: { K: 'v' } });
    expect(parse(pointAtGateway(openCode, [find(openCode, 'a')], bridge))).toEqual({
      mcp: { a: { type: 'local', command: ['demarc', 'mcp', '--server', 'a'], enabled: true } },
    });
    const zed = '{"context_servers": {"b": {"command": {"path": "/bin/b", "args": ["-x"]}}}}';
    expect(find(zed, 'b').stdio).toEqual({ command: '/bin/b', args: ['-x'] });
    expect(parse(pointAtGateway(zed, [find(zed, 'b')], bridge))).toEqual({
      context_servers: { b: { command: 'demarc', args: ['mcp', '--server', 'b'] } },
    });
    const nested = '{"projects": {"/p": {"mcpServers": {"c": {"url": "https://c.example"}}}}}';
    expect(find(nested, 'c').path).toEqual(['projects', '/p', 'mcpServers', 'c']);
  });

  it('what is no entry is none', () => {
    expect(entryAt('{"mcpServers": {"a": 1}}', 1, 17)).toBeUndefined();
    expect(entryAt('{"mcpServers": {"a": {}}}', 1, 17)).toBeUndefined();
    expect(entryAt('not json', 7, 3)).toBeUndefined();
  });
});
