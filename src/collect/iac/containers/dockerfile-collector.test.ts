import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import { Interpolated, isProperties, Unknown, type Value } from '../../../model/value.ts';
import { textSource } from '../../fixtures/text-source.ts';
import { dockerfileCollector, readDockerfile } from './dockerfile-collector.ts';

function read(text: string, beside: Readonly<Record<string, string>> = {}): { image: Resource; gaps: readonly Gap[] } {
  const { resources, gaps } = readDockerfile('Dockerfile', textSource({ Dockerfile: text, ...beside }));
  const [image] = resources;
  if (image === undefined) throw new Error(`no image: ${JSON.stringify(gaps)}`);
  return { image, gaps };
}

function at(value: Value | undefined, ...keys: readonly (string | number)[]): Value | undefined {
  return keys.reduce<Value | undefined>(
    (current, key) =>
      isProperties(current) ? current[key] : Array.isArray(current) ? (current as Value[])[Number(key)] : undefined,
    value,
  );
}

const agent = `# syntax=docker/dockerfile:1
ARG PYTHON=3.12
FROM python:\${PYTHON}-slim@sha256:${'a'.repeat(64)} AS base
ENV PIP_NO_CACHE_DIR=1 \\
    # a comment inside a continuation

    APP_HOME="/srv/the app"
WORKDIR $APP_HOME
USER nobody

FROM base AS build
ADD --checksum=sha256:${'b'.repeat(64)} https://example.com/model.bin /models/
RUN pip install \\
      crewai==0.80 \\
      "openai>=1.0"
RUN <<EOF
curl -fsSL https://example.com/install.sh | sh
EOF

FROM base
COPY --from=build --chown=10001 /srv /srv
EXPOSE 8080 9090/udp
HEALTHCHECK --interval=30s CMD curl -f http://localhost:8080/
ENTRYPOINT ["python", "-m", "agent"]
CMD serve --port $PORT
`;

describe('Dockerfiles', () => {
  it('become what their last stage becomes, with what it takes over', () => {
    const { properties: p, positions, location } = read(agent).image;
    expect(at(p, 'from')).toEqual({
      image: `python:3.12-slim@sha256:${'a'.repeat(64)}`,
      repository: 'python',
      tag: '3.12-slim',
      digest: `sha256:${'a'.repeat(64)}`,
    });
    expect(at(p, 'user')).toBe('nobody');
    expect(at(p, 'workdir')).toBe('/srv/the app');
    expect(at(p, 'env')).toEqual({ PIP_NO_CACHE_DIR: '1', APP_HOME: '/srv/the app' });
    expect(at(p, 'entrypoint')).toEqual(['python', '-m', 'agent']);
    expect(at(p, 'cmd')).toEqual(['/bin/sh', '-c', 'serve --port $PORT']);
    expect(at(p, 'expose')).toEqual([
      { port: 8080, protocol: 'tcp' },
      { port: 9090, protocol: 'udp' },
    ]);
    expect(at(p, 'stages', 2, 'from')).toEqual({ stage: 'base' });
    expect(location.line).toBe(20);
    expect(positions['user']).toEqual([9, 1]);
    expect(positions['entrypoint']).toEqual([24, 1]);
  });

  it('list every RUN, COPY and ADD with its line, here-documents included', () => {
    const { properties: p, positions } = read(agent).image;
    expect(at(p, 'run', 0, 'command')).toBe('pip install crewai==0.80 "openai>=1.0"');
    expect(at(p, 'run', 1, 'command')).toBe('<<EOF\ncurl -fsSL https://example.com/install.sh | sh');
    expect(at(p, 'run', 1, 'line')).toBe(16);
    expect(positions['run[1]']).toEqual([16, 1]);
    expect(at(p, 'add', 0, 'remote')).toBe(true);
    expect(at(p, 'add', 0, 'checksum')).toBe(`sha256:${'b'.repeat(64)}`);
    expect(at(p, 'copy', 0, 'from')).toBe('build');
    expect(at(p, 'copy', 0, 'remote')).toBe(false);
  });

  it.each([
    ['FROM vllm/vllm-openai:v0.11.0', {}, 'model-server', 'vllm', 'image'],
    ['FROM nvcr.io/nvidia/tritonserver:25.09-py3', {}, 'model-server', 'triton', 'image'],
    ['FROM python:3.12\nCMD ["sh", "-c", "exec vllm serve Qwen/Qwen3-8B"]', {}, 'model-server', 'vllm', 'command'],
    [
      'FROM node:22\nCMD ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/data"]',
      {},
      'mcp-server',
      '@modelcontextprotocol/server-filesystem',
      'command',
    ],
    ['FROM python:3.12\nRUN pip install langgraph openai', {}, 'agent', 'langgraph', 'package'],
    [
      'FROM python:3.12\nCOPY . .',
      { 'requirements.txt': '# pins\nfastapi==0.1\nanthropic==0.40\n' },
      'application',
      'anthropic',
      'package',
    ],
    ['FROM node:22\nENV OPENAI_BASE_URL=http://llm', {}, 'application', 'custom', 'environment'],
  ])('say what they are to an AI workload: %s', (text, beside, kind, product, basis) => {
    expect(read(text, beside).image.properties['$ai']).toMatchObject({ kind, product, basis });
  });

  it.each(['FROM nginx:1', 'FROM acme/not-vllm-openai-proxy:1', 'FROM python:3.12\nCMD ["echo", "ollama"]'])(
    'say nothing where nothing is known: %s',
    (text) => {
      expect(read(text).image.properties['$ai']).toBeUndefined();
    },
  );

  it('take arguments with their defaults, and leave the rest unknown', () => {
    const { properties: p } = read(
      'ARG TAG\nARG REG=ghcr.io\nFROM ${REG}/acme/agent:${TAG}\nARG REG\nUSER ${UID:-1000}\nENV A=${REG:+set} B=\\$x C=$NOBODY\n',
    ).image;
    expect(at(p, 'from', 'repository')).toBe('ghcr.io/acme/agent');
    expect(at(p, 'from', 'tag')).toBeInstanceOf(Unknown);
    expect(at(p, 'from', 'image')).toBeInstanceOf(Interpolated);
    expect(at(p, 'user')).toBe('1000');
    expect(at(p, 'env', 'A')).toBe('set');
    expect(at(p, 'env', 'B')).toBe('$x');
    expect(at(p, 'env', 'C')).toBeInstanceOf(Unknown);
  });

  it('honour the escape directive', () => {
    const { properties: p } = read('# escape=`\nFROM windows\nRUN dir `\n  C:\\\nWORKDIR C:\\app\n').image;
    expect(at(p, 'run', 0, 'command')).toBe('dir C:\\');
    expect(at(p, 'workdir')).toBe('C:\\app');
  });

  it('without FROM are a gap', () => {
    expect(readDockerfile('Dockerfile', textSource({ Dockerfile: 'hello world\n' })).gaps).toMatchObject([
      { kind: 'syntax' },
    ]);
    expect(readDockerfile('Dockerfile', textSource({})).gaps).toMatchObject([{ kind: 'unresolved' }]);
  });

  it.each([
    ['Dockerfile', true],
    ['a/Dockerfile.gpu', true],
    ['a/api.Dockerfile', true],
    ['Containerfile', true],
    ['dockerfile', true],
    ['Dockerfile.md', false],
    ['.dockerignore', false],
    ['docs/dockerfile-guide.md', false],
    ['Dockerfile.tmpl', false],
  ])('are told by name: %s', (path, expected) => {
    expect(dockerfileCollector.claims(path)).toBe(expected);
  });

  it('never throw and never take long, whatever they hold', () => {
    const token = fc.constantFrom(
      'FROM a',
      'FROM ${A',
      ' AS b\n',
      '\n',
      '\\\n',
      'RUN <<EOF\n',
      'EOF\n',
      'ENV ',
      'A=b ',
      '"',
      "'",
      '$',
      '${A:-${A}}',
      'USER ',
      'CMD [',
      '"x"]',
      '# escape=`\n',
      'ARG ',
      'COPY --from=',
      '--x=',
      'EXPOSE 1/',
      '\u0000',
      'é',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 40 }), (tokens) => {
        const collected = readDockerfile('Dockerfile', textSource({ Dockerfile: tokens.join('') }));
        expect(collected.resources.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
    const started = performance.now();
    readDockerfile(
      'Dockerfile',
      textSource({
        Dockerfile: `FROM a\nRUN ${'<<'.repeat(50_000)}\nENV ${'A=${'.repeat(50_000)}\n${'# x\n'.repeat(50_000)}`,
      }),
    );
    expect(performance.now() - started).toBeLessThan(4000);
  });
});
