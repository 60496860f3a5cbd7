import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { layers } from '../model/catalogue.ts';
import type { Demand } from '../model/catalogue.ts';
import { buildCatalogue } from './build.ts';
import type { CatalogueDocument } from './build.ts';
import { reviveCatalogue, serialiseCatalogue } from './catalogue.ts';
import { frameworksOf, uncoveredRequirements } from './queries.ts';
import { resolveRequirement } from './resolve-requirement.ts';

/** The product's own catalogue, every file of it. */
const root = new URL('../../catalogue/', import.meta.url);

function documentsIn(folder: string): CatalogueDocument[] {
  return readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => {
      const file = new URL(`${folder}${name}`, root);
      return { path: fileURLToPath(file).slice(fileURLToPath(root).length), value: parse(readFileSync(file, 'utf8')) };
    });
}

const documents = ['controls/', 'services/', 'frameworks/', 'postures/'].flatMap(documentsIn);
const catalogue = buildCatalogue(documents);

test('what resource types mean refers only to services that the catalogue has', () => {
  const { meanings } = buildCatalogue([...documents, ...documentsIn('domains/')]);
  expect(meanings.length).toBeGreaterThan(50);
});

describe('controls', () => {
  test('every layer has controls and every control a statement of its own', () => {
    expect(new Set(catalogue.controls.map((control) => control.layer))).toEqual(new Set(layers));
    const statements = catalogue.controls.map((control) => control.statement);
    expect(statements.filter((statement) => statement.length < 40 || !statement.endsWith('.'))).toEqual([]);
    expect(new Set(statements).size).toBe(statements.length);
  });

  test('every control serves a requirement of some framework', () => {
    expect(catalogue.controls.filter(({ id }) => frameworksOf(catalogue, id).length === 0)).toEqual([]);
  });
});

describe('frameworks', () => {
  test('only what no configuration can serve is left without a control', () => {
    expect(uncoveredRequirements(catalogue).map(({ reference }) => reference)).toEqual([
      'iso-42001@2023:A.2.4',
      'iso-42001@2023:A.6.1.2',
      'nist-ai-600-1@2024:R05',
    ]);
  });

  test.each([
    ['owasp-llm@2025', 10],
    ['owasp-llm@2026', 10],
    ['owasp-asi@2026', 10],
    ['owasp-mcp@0.1', 10],
    ['nist-ai-600-1@2024', 12],
    ['iso-42001@2023', 38],
    ['mcsb@2', 7],
    ['aws-genai-lens@2025', 10],
  ])('%s is complete with %d requirements', (edition, count) => {
    const references = [...catalogue.requirements.keys()].filter((reference) => reference.startsWith(`${edition}:`));
    expect(references).toHaveLength(count);
  });

  test('the chapters of AISVS that stand requirement by requirement are complete', () => {
    const ids = [...catalogue.requirements.values()]
      .filter(({ framework }) => framework.id === 'owasp-aisvs')
      .map(({ requirement }) => requirement.id);
    const counts = [5, 8, 9, 10].map((chapter) => ids.filter((id) => id.startsWith(`C${chapter}.`)).length);
    expect(counts).toEqual([11, 11, 34, 23]);
  });

  test('an LLM number without its year is ambiguous, with its year it leads to the successor by subject', () => {
    expect(resolveRequirement(catalogue, 'LLM03')).toMatchObject({ state: 'ambiguous' });
    const supplyChain = resolveRequirement(catalogue, 'LLM03:2025');
    expect(supplyChain).toMatchObject({ state: 'found', current: { reference: 'owasp-llm@2026:LLM04' } });
    const titles = [...catalogue.requirements.values()]
      .filter(({ framework }) => framework.id === 'owasp-llm' && framework.version === '2025')
      .map(({ reference }) => resolveRequirement(catalogue, reference))
      .map((resolved) => (resolved.state === 'found' ? resolved.current.reference : resolved.state));
    expect(new Set(titles).size).toBe(10);
    expect(titles.every((reference) => reference.startsWith('owasp-llm@2026:'))).toBe(true);
  });

  test.each([
    ['AML.T0019', 'AML.T0115.000'],
    ['AML.T0058', 'AML.T0115.001'],
    ['AML.T0104', 'AML.T0115.002'],
  ])('the retired technique %s leads to %s', (retired, current) => {
    expect(resolveRequirement(catalogue, retired)).toMatchObject({
      state: 'found',
      current: { reference: `mitre-atlas@2026.07:${current}` },
    });
  });

  test('every provision of the AI Act says from when it applies', () => {
    const act = catalogue.frameworks.find((framework) => framework.id === 'eu-ai-act');
    expect(act?.requirements.length).toBeGreaterThan(15);
    expect(act?.requirements.filter((requirement) => requirement.appliesFrom === undefined)).toEqual([]);
  });
});

describe('services', () => {
  test('there are services, and no statement about one outlives a year', () => {
    expect(catalogue.services.length).toBeGreaterThan(30);
    const sources = catalogue.services.flatMap(({ id, responsibilities, facts }) =>
      [...responsibilities, ...facts].map(({ source }) => ({ id, ...source })),
    );
    const days = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;
    expect(sources.filter(({ read, expires }) => days(read, expires) > 366)).toEqual([]);
  });
});

describe('postures', () => {
  const strictness: Readonly<Record<Demand, number>> = { 'not-needed': 0, advised: 1, required: 2 };
  const [lockdown, controlled, open] = ['lockdown', 'controlled', 'open'].map((id) =>
    catalogue.postures.find((posture) => posture.id === id),
  );

  test('every posture decides every control', () => {
    const ids = catalogue.controls.map((control) => control.id).sort();
    for (const posture of [lockdown, controlled, open])
      expect(Object.keys(posture?.controls ?? {}).sort()).toEqual(ids);
  });

  test('a stricter posture never asks less of a control', () => {
    const asked = catalogue.controls.map(({ id }) => {
      const levels = [lockdown, controlled, open].map((posture) => strictness[posture?.controls[id] ?? 'advised']);
      return { id, sorted: levels.every((level, index) => index === 0 || level <= (levels[index - 1] ?? 0)) };
    });
    expect(asked.filter(({ sorted }) => !sorted)).toEqual([]);
  });
});

describe('the compiled catalogue', () => {
  test('revives equal to what was built', () => {
    expect(reviveCatalogue(JSON.parse(JSON.stringify(serialiseCatalogue(catalogue))))).toEqual(catalogue);
  });
});
