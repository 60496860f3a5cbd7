import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Service, Source } from '../model/catalogue.ts';
import { buildCatalogue } from './build.ts';
import type { CatalogueDocument } from './build.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Every YAML file below a folder of `catalogue/`, parsed; the path is relative to the repository. */
function documentsIn(folder: string): CatalogueDocument[] {
  const start = join(root, 'catalogue', folder);
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({
      path: `catalogue/${folder}/${name.replaceAll('\\', '/')}`,
      value: parse(readFileSync(join(start, name), 'utf8')),
    }));
}

/** The real control ids; statements are no business of this test. */
function controlDocuments(): CatalogueDocument[] {
  return documentsIn('controls').map(({ path, value }) => {
    const { layer, controls } = value as { layer: string; controls: { id: string; title: string }[] };
    return { path, value: { layer, controls: controls.map((control) => ({ ...control, statement: control.title })) } };
  });
}

const catalogue = buildCatalogue([...controlDocuments(), ...documentsIn('services')]);
const services = catalogue.services;
const aiServices = services.filter(({ category }) => category !== 'platform');

function sourcesOf(service: Service): Source[] {
  return [...service.responsibilities, ...service.facts, ...service.audits].map(({ source }) => source);
}

function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

function cell(service: string, control: string): { parties: readonly string[]; source: Source } | undefined {
  return catalogue.servicesById.get(service)?.responsibilities.find((entry) => entry.control === control);
}

function fact(service: string, topic: string): { value: string; source: Source } | undefined {
  return catalogue.servicesById.get(service)?.facts.find((entry) => entry.topic === topic);
}

const allTopics = [
  'audit-log',
  'identity',
  'keys',
  'opt-out',
  'residency',
  'retention',
  'tenant-restriction',
  'training-use',
];

describe('the shipped service catalogue', () => {
  test('covers at least thirty-four services, the AI platforms, clients and stores among them', () => {
    expect(services.length).toBeGreaterThanOrEqual(34);
    expect(aiServices.length).toBeGreaterThanOrEqual(34);
    expect(new Set(services.map(({ category }) => category))).toEqual(
      new Set(['managed-ai', 'model-api', 'saas', 'agent-client', 'data-store', 'self-hosted', 'router', 'platform']),
    );
  });

  test.each(services.map((service) => [service.id, service] as const))(
    '%s lies in the folder of its provider, has a chain and all eight facts',
    (id, service) => {
      const [provider] = id.split('.');
      const path = `catalogue/services/${provider}/${id}.yaml`;
      expect(() => readFileSync(join(root, path), 'utf8')).not.toThrow();
      expect(service.chain.length).toBeGreaterThanOrEqual(2);
      expect(service.chain.some(({ party }) => party === 'infra')).toBe(true);
      expect(service.facts.map(({ topic }) => topic).sort()).toEqual(allTopics);
    },
  );

  test.each(aiServices.map((service) => [service.id, service] as const))(
    '%s splits at least twenty controls over at least eight layers',
    (_, service) => {
      expect(service.responsibilities.length).toBeGreaterThanOrEqual(20);
      const covered = new Set(
        service.responsibilities.map(({ control }) => catalogue.controlsById.get(control)?.layer),
      );
      expect(covered.size).toBeGreaterThanOrEqual(8);
    },
  );

  test('names a model party in the chain of everything that answers with a model', () => {
    const without = services
      .filter(({ category }) => !['platform', 'data-store'].includes(category))
      .filter(({ chain }) => !chain.some(({ party }) => party === 'model'))
      .map(({ id }) => id);
    expect(without).toEqual(['self-hosted.mcp-server']);
  });

  test('every source has an https URL and expires after it was read, within thirteen months', () => {
    const wrong = services.flatMap((service) =>
      sourcesOf(service)
        .filter(({ url, read, expires }) => {
          const days = daysBetween(read, expires);
          return !url.startsWith('https://') || !(days > 0 && days <= 396);
        })
        .map(({ url }) => `${service.id} ${url}`),
    );
    expect(wrong).toEqual([]);
  });

  test('an audit log says where it is read from, and no two claim the same events', () => {
    const logs = services.flatMap((service) => service.audits.map((audit) => ({ service: service.id, ...audit })));
    const formats = readdirSync(join(root, 'src/collect/logs'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'gaps')
      .map((entry) => entry.name);
    const read = logs.filter(({ importer }) => importer !== undefined);
    expect(new Set(read.map(({ importer }) => importer))).toEqual(new Set(formats));
    const claims = read.map(({ importer, provider }) => `${importer} ${provider ?? ''}`);
    expect(new Set(claims).size).toBe(claims.length);
  });

  test('no statement claims verification: a document or a report never is one', () => {
    const methods = new Set(services.flatMap((service) => sourcesOf(service).map(({ method }) => method)));
    expect([...methods].sort()).toEqual(['attestation', 'document']);
  });

  test('what lies with the machines rests on a report or a document, never on the customer alone at a vendor', () => {
    const wrong = services
      .filter(({ category }) => category !== 'self-hosted')
      .flatMap(({ id, responsibilities }) =>
        responsibilities
          .filter(({ control }) => control === 'physical.datacentre-security')
          .filter(({ parties }) => parties.join() !== 'infra')
          .map(({ parties }) => `${id} ${parties.join()}`),
      );
    expect(wrong).toEqual([]);
  });

  test.each([
    ['aws.bedrock', 'retention'],
    ['google.vertex-ai', 'retention'],
    ['github.copilot-business', 'training-use'],
    ['microsoft.m365-copilot', 'residency'],
  ])('the fast-moving fact %s %s expires within 31 days', (service, topic) => {
    const found = fact(service, topic);
    expect(found?.value).not.toBe('unknown');
    expect(daysBetween(found?.source.read ?? '', found?.source.expires ?? '')).toBeLessThanOrEqual(31);
  });

  test.each([
    ['openai.chatgpt-enterprise', 'configuration.feature-restriction'],
    ['openai.chatgpt-business', 'configuration.feature-restriction'],
    ['anthropic.claude-enterprise', 'configuration.feature-restriction'],
    ['anthropic.claude-team', 'configuration.feature-restriction'],
  ])('the product defaults of %s (%s) expire within 31 days', (service, control) => {
    const { read, expires } = cell(service, control)?.source ?? { read: '', expires: '' };
    expect(daysBetween(read, expires)).toBeLessThanOrEqual(31);
  });

  test.each([
    ['openai.chatgpt-consumer', 'people.training'],
    ['anthropic.claude-consumer', 'logging.audit-trail'],
    ['anthropic.claude-team', 'logging.audit-trail'],
    ['openai.chatgpt-business', 'logging.audit-trail'],
    ['huggingface.inference-providers', 'data.retention'],
    ['openrouter.openrouter', 'model.artifact-integrity'],
    ['deepseek.api', 'identity.sso-enforced'],
  ])('nobody holds what nobody claims: %s %s is orphaned', (service, control) => {
    expect(cell(service, control)?.parties).toEqual([]);
  });

  test.each([
    ['aws.bedrock', 'logging.invocation-logs', ['platform', 'organisation']],
    ['aws.bedrock', 'behaviour.safety-alignment', ['model']],
    ['aws.bedrock', 'people.training', ['organisation']],
    ['aws.bedrock-agentcore', 'data.tenant-separation', ['platform', 'builder']],
    ['aws.bedrock-agentcore', 'guardrails.prompt-attack', ['builder']],
    ['self-hosted.vllm', 'identity.inbound-authentication', ['builder']],
    ['anthropic.claude-code', 'people.approval-quality', ['user']],
  ])('%s %s is held by %j', (service, control, parties) => {
    expect(cell(service, control)?.parties).toEqual(parties);
  });

  test('orphans are the exception, and each says why', () => {
    const orphans = services.flatMap((service) => service.responsibilities.filter(({ parties }) => !parties.length));
    const total = services.reduce((sum, { responsibilities }) => sum + responsibilities.length, 0);
    expect(orphans.length).toBeGreaterThan(0);
    expect(orphans.length / total).toBeLessThan(0.05);
    for (const { note } of orphans) expect(note.length).toBeGreaterThan(25);
  });

  test('sources that contradict one another are shown with both addresses', () => {
    for (const id of ['anthropic.api', 'mistral.api', 'deepseek.api', 'openai.chatgpt-business']) {
      const service = catalogue.servicesById.get(id);
      const conflicts = service === undefined ? [] : sourcesOf(service).flatMap((source) => source.conflicts);
      expect(conflicts.length, id).toBeGreaterThan(0);
    }
  });

  test('the growth of the customer side is counted where the vendor publishes a countable list', () => {
    const counts = Object.fromEntries(
      services.flatMap(({ id, recommendations }) => recommendations.map(({ count }) => [id, count])),
    );
    expect(counts).toEqual({ 'aws.bedrock-knowledge-bases': 1, 'aws.bedrock-agentcore': 7, 'aws.sagemaker': 23 });
  });
});
