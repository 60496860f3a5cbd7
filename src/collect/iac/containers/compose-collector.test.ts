import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import { isProperties, Ref, Unknown, type Value } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { composeCollector } from './compose-collector.ts';

async function read(
  files: Readonly<Record<string, string>>,
  path = 'compose.yaml',
): Promise<{ resources: readonly Resource[]; gaps: readonly Gap[] }> {
  const source: Source = {
    text(name) {
      const text = files[name];
      if (text === undefined) throw new Unreadable('unresolved', 'no such file below the assessed path');
      return text;
    },
    has: (name) => name in files,
    folder: () => [],
  };
  return composeCollector.collect({ id: path, files: [{ path, size: 1 }] }, source);
}

async function service(text: string, name: string, beside: Readonly<Record<string, string>> = {}): Promise<Resource> {
  const { resources } = await read({ 'compose.yaml': text, ...beside });
  const found = resources.find((resource) => resource.address === `services.${name}`);
  if (found === undefined) throw new Error(`no service ${name}`);
  return found;
}

function at(value: Value | undefined, ...keys: readonly (string | number)[]): Value | undefined {
  return keys.reduce<Value | undefined>(
    (current, key) =>
      isProperties(current) ? current[key] : Array.isArray(current) ? (current as Value[])[Number(key)] : undefined,
    value,
  );
}

const stack = `services:
  ollama:
    image: ollama/ollama:\${OLLAMA_TAG:-0.12.0}
    ports: ["11434:11434", "127.0.0.1:8080:80/tcp", "9000-9001:9000-9001", 3000, "[::1]:81:81"]
    volumes: ["models:/models", "./data:/data:ro", "/var/run/docker.sock:/var/run/docker.sock", "/cache"]
    environment:
      - OLLAMA_HOST=0.0.0.0
      - OLLAMA_KEEP=\${KEEP}
      - PASSED
    networks: {ai: {aliases: [llm]}}
  webui:
    image: ghcr.io/open-webui/open-webui:main
    environment: {OLLAMA_BASE_URL: "http://ollama:11434", WEBUI_AUTH: false, PRICE: $$5}
    env_file: .env.webui
    command: sh -c "start --name 'a b'"
    depends_on: {ollama: {condition: service_healthy}}
    secrets: [key]
    privileged: "true"
networks: {ai: {internal: true}}
volumes: {models: {}}
secrets: {key: {file: ./key.txt}}
`;

describe('Compose files', () => {
  it('give services with short and long forms brought to one', async () => {
    const ollama = await service(stack, 'ollama');
    expect(ollama.id).toBe('compose.yaml#services.ollama');
    expect(at(ollama.properties, 'ports')).toEqual([
      { target: 11434, published: 11434 },
      { target: 80, published: 8080, host_ip: '127.0.0.1', protocol: 'tcp' },
      { target: '9000-9001', published: '9000-9001' },
      { target: 3000 },
      { target: 81, published: 81, host_ip: '::1' },
    ]);
    expect(at(ollama.properties, 'volumes')).toEqual([
      { type: 'volume', source: 'models', target: '/models', read_only: false },
      { type: 'bind', source: './data', target: '/data', read_only: true },
      { type: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock', read_only: false },
      { type: 'volume', target: '/cache', read_only: false },
    ]);
    expect(at(ollama.properties, 'environment', 'OLLAMA_HOST')).toBe('0.0.0.0');
    expect(at(ollama.properties, 'environment', 'OLLAMA_KEEP')).toBeInstanceOf(Unknown);
    expect(at(ollama.properties, 'environment', 'PASSED')).toBeInstanceOf(Unknown);
    expect(at(ollama.properties, 'networks')).toEqual(['ai']);
    expect(ollama.positions['$ai.env.OLLAMA_HOST']).toEqual([7, 9]);
    const webui = await service(stack, 'webui');
    expect(at(webui.properties, 'command')).toEqual(['sh', '-c', "start --name 'a b'"]);
    expect(at(webui.properties, 'environment', 'PRICE')).toBe('$5');
    expect(at(webui.properties, 'environment', 'WEBUI_AUTH')).toBe('false');
    expect(at(webui.properties, 'privileged')).toBe(true);
  });

  it('say what a service is, and which of its settings an unread file may hold', async () => {
    const ollama = (await service(stack, 'ollama')).properties['$ai'];
    expect(ollama).toMatchObject({
      kind: 'model-server',
      product: 'ollama',
      image: { repository: 'ollama/ollama', tag: '0.12.0' },
    });
    expect(at(ollama, 'env', 'OLLAMA_ORIGINS')).toBeUndefined();
    const webui = (await service(stack, 'webui')).properties['$ai'];
    expect(at(webui, 'env', 'WEBUI_AUTH')).toBe('false');
    expect(at(webui, 'env', 'WEBUI_SECRET_KEY')).toBeInstanceOf(Unknown);
  });

  it('link services to what they wait for, call by host and use', async () => {
    const { properties } = await service(stack, 'webui');
    expect(properties['$links']).toEqual([
      new Ref('compose.yaml#services.ollama'),
      new Ref('compose.yaml#secrets.key'),
    ]);
    expect(properties['$endpoints']).toEqual([
      { scheme: 'http', host: 'ollama', port: 11434, variable: 'OLLAMA_BASE_URL' },
    ]);
  });

  it('know of a required variable that it is set, and keep an address before an unknown port', async () => {
    const { properties } = await service(
      'services: {a: {image: "qdrant/qdrant:v1.15", environment: {QDRANT__SERVICE__API_KEY: "${KEY:?set it}"}, ports: ["127.0.0.1:${PORT}:6333", "${BIND}:6333:6333"]}}\n',
      'a',
    );
    expect(at(properties, 'environment', 'QDRANT__SERVICE__API_KEY')).toEqual(new Ref('shell#KEY'));
    expect(at(properties, 'ports', 0, 'host_ip')).toBe('127.0.0.1');
    expect(at(properties, 'ports', 1, 'host_ip')).toBeInstanceOf(Unknown);
  });

  it('merge what a service extends, with the file each value stands in', async () => {
    const text =
      'services:\n  agent:\n    extends: {file: base/common.yml, service: app}\n    environment: {B: "2"}\n    ports: ["80:80"]\n';
    const base =
      'services:\n  app:\n    image: acme/agent:1\n    environment: {A: "1", OPENAI_BASE_URL: "http://llm"}\n    ports: ["81:81"]\n    privileged: true\n';
    const agent = await service(text, 'agent', { 'base/common.yml': base });
    expect(agent.properties).toMatchObject({
      image: 'acme/agent:1',
      privileged: true,
      environment: { A: '1', B: '2' },
      $ai: { kind: 'agent' },
    });
    expect(at(agent.properties, 'ports')).toHaveLength(2);
    expect(agent.positions['privileged']).toEqual([6, 5, 'base/common.yml']);
  });

  it('a missing base, a circle and a remote include are gaps', async () => {
    const { gaps } = await read({
      'compose.yaml':
        'include: ["oci://docker.io/acme/stack", "gone.yml"]\nservices:\n  a: {extends: {file: nowhere.yml, service: x}}\n  b: {extends: {service: c}}\n  c: {extends: b}\n',
    });
    expect(gaps.map(({ kind, reason }) => `${kind}: ${reason}`)).toEqual([
      'unresolved: the file `nowhere.yml` that the service extends was not read',
      'unsupported: services extend one another in a circle',
      'unsupported: services extend one another in a circle',
      'unresolved: the included file `oci://docker.io/acme/stack` was not read',
      'unresolved: the included file `gone.yml` was not read',
    ]);
  });

  it('read what they include, and take over what a local Dockerfile says', async () => {
    const { resources } = await read({
      'compose.yaml': 'include: [parts/db.yml]\nservices: {bot: {build: ./bot, environment: {LOG: info}}}\n',
      'parts/db.yml': 'services: {db: {image: "pgvector/pgvector:pg17"}}\n',
      'bot/Dockerfile': 'FROM python:3.12\nENV OPENAI_BASE_URL=http://llm\nRUN pip install langgraph\n',
    });
    expect(resources.map(({ id, location }) => [id, location.file])).toEqual([
      ['compose.yaml#services.bot', 'compose.yaml'],
      ['compose.yaml#services.db', 'parts/db.yml'],
    ]);
    expect(resources[0]?.properties['$ai']).toMatchObject({
      kind: 'agent',
      product: 'langgraph',
      container: 'bot',
      env: { LOG: 'info', OPENAI_BASE_URL: 'http://llm' },
    });
    expect(resources[0]?.properties['$links']).toEqual([new Ref('bot/Dockerfile#image')]);
  });

  it('merge what an anchor holds, and take a folded command as words', async () => {
    const text =
      'x-env: &env {SALT: mysalt}\nservices:\n  web:\n    image: langfuse/langfuse:3\n    environment:\n      <<: *env\n      LOG: info\n    command: >\n      --port 80\n      --verbose\n';
    const { properties } = await service(text, 'web');
    expect(at(properties, 'environment')).toEqual({ LOG: 'info', SALT: 'mysalt' });
    expect(at(properties, 'command')).toEqual(['--port', '80', '--verbose']);
    expect(at(properties, '$ai', 'published')).toEqual(['SALT']);
  });

  it('are told by name', () => {
    const claimed = [
      'compose.yaml',
      'a/docker-compose.yml',
      'docker-compose.prod.yml',
      'compose.override.yaml',
      'compose-spec.json',
      'decompose.yaml',
      'composer.yml',
    ].filter((path) => composeCollector.claims(path));
    expect(claimed).toEqual([
      'compose.yaml',
      'a/docker-compose.yml',
      'docker-compose.prod.yml',
      'compose.override.yaml',
    ]);
  });

  it('never throw, whatever values stand where Compose expects others', async () => {
    const leaf = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.string(),
      fc.constantFrom('${A:-${B:-x}}', '${A', '$$', 'a:b:c:d', '[::1]:', '=x', 'service:a', 'ollama/ollama:${T}'),
    );
    const tree = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(
          fc.constantFrom(
            'image',
            'build',
            'context',
            'command',
            'entrypoint',
            'environment',
            'ports',
            'volumes',
            'networks',
            'depends_on',
            'extends',
            'service',
            'file',
            'env_file',
            'models',
            'secrets',
            'source',
            '__proto__',
          ),
          tie('value'),
        ),
      ),
    })).value;
    await fc.assert(
      fc.asyncProperty(tree, tree, async (a, include) => {
        const { resources } = await read({
          'compose.yaml': JSON.stringify({ services: { a, b: { extends: 'a', ports: a } }, include, models: { m: a } }),
        });
        expect(resources.length).toBeGreaterThan(1);
      }),
      { numRuns: 300 },
    );
  });
});
