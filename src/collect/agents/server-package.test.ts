import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestKnown } from './known-servers.ts';
import { packageOf } from './server-package.ts';
import { vulnerabilitiesOf } from './vulnerable-servers.ts';

describe('the package a command line runs', () => {
  it.each<[string, string, string | undefined, boolean, boolean]>([
    ['npx -y @scope/pkg', '@scope/pkg', undefined, false, true],
    ['npx @scope/pkg@1.2.3', '@scope/pkg', '1.2.3', true, false],
    ['npx -y pkg@latest', 'pkg', 'latest', false, true],
    ['npx pkg@^1.2.3', 'pkg', '^1.2.3', false, false],
    ['npx --package pkg@2.0.0 bin', 'pkg', '2.0.0', true, false],
    ['npm exec --yes pkg@1.0.0', 'pkg', '1.0.0', true, true],
    ['pnpm dlx pkg', 'pkg', undefined, false, true],
    ['bunx pkg@1.0.0', 'pkg', '1.0.0', true, true],
    ['cmd /c npx -y pkg', 'pkg', undefined, false, true],
    ['C:\\tools\\npx.cmd -y pkg@1.0.0', 'pkg', '1.0.0', true, true],
    ['uvx mcp-server-git', 'mcp-server-git', undefined, false, true],
    ['uvx mcp-server-git==2025.9.25', 'mcp-server-git', '2025.9.25', true, true],
    ['uvx mcp-server-git@latest', 'mcp-server-git', 'latest', false, true],
    ['uvx --from pkg[cli]==1.0.0 bin', 'pkg', '1.0.0', true, true],
    ['uv tool run pkg>=1', 'pkg', '>=1', false, true],
    ['pipx run pkg', 'pkg', undefined, false, true],
    [
      `uvx --from git+https://github.com/a/b@${'a1'.repeat(20)} b`,
      `git+https://github.com/a/b@${'a1'.repeat(20)}`,
      'a1'.repeat(20),
      true,
      true,
    ],
    ['uvx --from git+https://github.com/a/b b', 'git+https://github.com/a/b', undefined, false, true],
    ['docker run -i --rm -e TOKEN mcp/fetch', 'mcp/fetch', undefined, false, true],
    ['docker run -i --rm --name x localhost:5000/mcp/fetch:1.2.0', 'localhost:5000/mcp/fetch', '1.2.0', true, true],
    ['podman run -i ghcr.io/a/b:latest', 'ghcr.io/a/b', 'latest', false, true],
    [`docker run a/b@sha256:${'0f'.repeat(32)}`, 'a/b', `sha256:${'0f'.repeat(32)}`, true, true],
    ['deno run -A npm:pkg@1.0.0', 'pkg', '1.0.0', true, true],
  ])('%s', (line, name, version, pinned, autoInstall) => {
    expect(packageOf(line.split(' '))).toMatchObject({ name, pinned, autoInstall });
    expect(packageOf(line.split(' '))?.version).toBe(version);
  });

  it.each(['node ./server.js', 'python -m server', '/opt/tools/server --stdio', '', 'npx'])(
    '`%s` fetches nothing',
    (line) => {
      expect(packageOf(line.split(' '))).toBeUndefined();
    },
  );

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.constantFrom('npx', '-y', 'uvx', '--from', 'docker', 'run', '-v', '@', 'a@', 'git+https://'),
          ),
        ),
        (words) => void packageOf(words),
      ),
    );
  });
});

describe('names', () => {
  it.each([
    ['@modelcontextprotocl/server-github', '@modelcontextprotocol/server-github'],
    ['@modelcontextprotocol/server-gihtub', '@modelcontextprotocol/server-github'],
    ['modelcontextprotocol-server-github', '@modelcontextprotocol/server-github'],
    ['mcp-server-fetsh', 'mcp-server-fetch'],
  ])('%s looks like %s', (name, known) => {
    expect(nearestKnown(name)).toBe(known);
  });

  it.each([
    '@modelcontextprotocol/server-github',
    '@acme/server-github',
    'acme-billing-mcp',
    'mcp-server-billing',
    'dbhub',
  ])('%s does not imitate another', (name) => {
    expect(nearestKnown(name)).toBeUndefined();
  });
});

describe('published vulnerabilities', () => {
  it.each([
    ['mcp-remote', '0.0.4', []],
    ['mcp-remote', '0.0.5', ['CVE-2025-6514']],
    ['mcp-remote', '0.1.15', ['CVE-2025-6514']],
    ['mcp-remote', '0.1.16', []],
    ['mcp-remote', undefined, []],
    ['mcp-remote', 'latest', []],
    ['MCP-Remote', '0.1.0', ['CVE-2025-6514']],
    ['other', '0.1.0', []],
  ])('%s %s', (name, version, ids) => {
    expect(vulnerabilitiesOf(name, version).map(({ id }) => id)).toEqual(ids);
  });
});
