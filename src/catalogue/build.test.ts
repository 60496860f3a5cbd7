import { describe, expect, test } from 'vitest';
import { DemarcError } from '../base/errors.ts';
import { buildCatalogue } from './build.ts';
import type { CatalogueDocument } from './build.ts';
import { reviveCatalogue, serialiseCatalogue } from './catalogue.ts';
import { responsibility } from './queries.ts';
import { smallCatalogue } from './fixtures/small-catalogue.ts';

function problemsOf(documents: readonly CatalogueDocument[]): string[] {
  try {
    buildCatalogue(documents);
  } catch (thrown) {
    if (!(thrown instanceof DemarcError) || !Array.isArray(thrown.cause)) throw thrown;
    expect(thrown.code).toBe('DMC_CATALOGUE_INVALID');
    return thrown.cause.map(({ file, path, message }) => `${file} ${path}: ${message}`);
  }
  return [];
}

/** The small catalogue with one document's value changed. */
function withChange(path: string, change: (value: Record<string, unknown>) => unknown): CatalogueDocument[] {
  return smallCatalogue().map((document) =>
    document.path === path
      ? { path, value: change(structuredClone(document.value) as Record<string, unknown>) }
      : document,
  );
}

describe('buildCatalogue', () => {
  test('resolves named sources and fills in the defaults of the file', () => {
    const cell = responsibility(buildCatalogue(smallCatalogue()), 'acme.model', 'identity.keys');
    expect(cell?.parties).toEqual(['platform', 'builder']);
    expect(cell?.source).toEqual({
      method: 'document',
      url: 'https://acme.example/security',
      read: '2026-11-20',
      confidence: 'medium',
      expires: '2027-02-18',
      conflicts: [],
    });
  });

  test('gives the same version for the same files in any order, and another for other content', () => {
    const documents = smallCatalogue();
    const { version } = buildCatalogue(documents);
    expect(version).toMatch(/^2026-11-20\+[0-9a-f]{12}$/);
    expect(buildCatalogue([...documents].reverse()).version).toBe(version);
    const changed = withChange('catalogue/postures/open.yaml', (value) => ({ ...value, intent: 'Something else.' }));
    expect(buildCatalogue(changed).version).not.toBe(version);
  });

  test('names the file and the path of every problem, not only of the first', () => {
    const documents = smallCatalogue().map(({ path, value }) => ({
      path,
      value: path.includes('/postures/') || path.includes('/frameworks/') ? { ...(value as object), extra: 1 } : value,
    }));
    const problems = problemsOf(documents);
    expect(problems).toHaveLength(3);
    expect(problems.every((problem) => problem.includes('"extra"'))).toBe(true);
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'catalogue/frameworks/acme@1.0.yaml',
      'catalogue/frameworks/acme@2.0.yaml',
      'catalogue/postures/open.yaml',
    ]);
  });

  test('rejects a statement that is still to be written', () => {
    const documents = withChange('catalogue/controls/identity.yaml', (value) => ({
      ...value,
      controls: [{ id: 'identity.keys', title: 'Keys', statement: 'TODO' }],
    }));
    expect(problemsOf(documents)).toContain(
      'catalogue/controls/identity.yaml controls[0].statement: still to be written',
    );
  });

  test('rejects a file in no known folder and a file named unlike its id', () => {
    expect(problemsOf([...smallCatalogue(), { path: 'catalogue/other/x.yaml', value: {} }])).toEqual([
      'catalogue/other/x.yaml : lies in no folder of the catalogue',
    ]);
    const renamed = smallCatalogue().map((document) => ({
      ...document,
      path: document.path.replace('acme.model', 'acme'),
    }));
    expect(problemsOf(renamed)).toEqual(['catalogue/services/acme.yaml : must be named `acme.model.yaml`']);
  });

  test('survives documents that are not objects at all', () => {
    const path = 'catalogue/services/acme.model.yaml';
    for (const value of [null, undefined, 1, 'x', [], [null], { id: {} }, JSON.parse('{"__proto__": {"id": "x"}}')]) {
      expect(problemsOf(withChange(path, () => value)).length).toBeGreaterThan(0);
    }
  });
});

describe('references between files', () => {
  const service = 'catalogue/services/acme.model.yaml';
  const cell = { parties: ['platform'], note: 'By the platform.', source: 'security' };

  test.each<[string, string, (value: Record<string, unknown>) => unknown, string]>([
    [
      'a control that does not exist',
      service,
      (value) => ({ ...value, responsibilities: { 'identity.none': cell } }),
      'responsibilities.identity.none: no such control',
    ],
    [
      'a source that has no name',
      service,
      (value) => ({ ...value, responsibilities: { 'identity.keys': { ...cell, source: 'missing' } } }),
      'responsibilities.identity.keys.source: no source is named `missing`',
    ],
    [
      'a provider outside the chain',
      service,
      (value) => ({ ...value, responsibilities: { 'identity.keys': { ...cell, parties: ['router'] } } }),
      'responsibilities.identity.keys: party `router` is not in the chain',
    ],
    [
      'a party named twice',
      service,
      (value) => ({ ...value, responsibilities: { 'identity.keys': { ...cell, parties: ['builder', 'builder'] } } }),
      'responsibilities.identity.keys: names a party twice',
    ],
    [
      'a source that expires before it was read',
      service,
      (value) => ({ ...value, defaults: { read: '2026-11-20', expires: '2026-11-20', confidence: 'low' } }),
      'sources.security: expires 2026-11-20 is not after the day it was read (2026-11-20)',
    ],
    [
      'a source without its dates',
      service,
      (value) => ({ ...value, defaults: {} }),
      'sources.security: read, confidence and expires must stand here or in `defaults`',
    ],
    [
      'a posture on no control',
      'catalogue/postures/open.yaml',
      (value) => ({ ...value, controls: { 'identity.none': 'required' } }),
      'controls.identity.none: no such control',
    ],
    [
      'a meaning of no service',
      'catalogue/domains/acme.yaml',
      () => [{ type: 'Acme::Model', service: 'acme.none', party: 'platform' }],
      'Acme::Model: no service has the id `acme.none`',
    ],
  ])('reports %s', (_what, path, change, expected) => {
    expect(problemsOf(withChange(path, change))).toEqual([`${path} ${expected}`]);
  });

  const framework = 'catalogue/frameworks/acme@1.0.yaml';
  const requirement = { id: 'R1', title: 'One', controls: ['identity.keys'] };
  test.each<[string, readonly object[], readonly string[]]>([
    [
      'an unknown control',
      [{ ...requirement, controls: ['identity.none'] }],
      ['R1: no control has the id `identity.none`'],
    ],
    ['a duplicate requirement', [requirement, requirement], [': requirement `acme@1.0:R1` is defined twice']],
    [
      'a replacement that does not exist',
      [{ ...requirement, replacedBy: 'R9' }],
      ['R1: replaced by `acme@1.0:R9`, which does not exist'],
    ],
    ['a renumbering to nothing', [{ ...requirement, status: 'renumbered' }], ['R1: renumbered to what?']],
    ['a replacement by itself', [{ ...requirement, replacedBy: 'R1' }], ['R1: its replacements lead in a circle']],
    [
      'an alias of two requirements',
      [
        { ...requirement, aliases: ['X'] },
        { ...requirement, id: 'R2', aliases: ['X'] },
      ],
      ['R1: alias `X` is not unique', 'R2: alias `X` is not unique'],
    ],
  ])('reports %s', (_what, requirements, expected) => {
    const problems = problemsOf(withChange(framework, (value) => ({ ...value, requirements })));
    expect(problems).toEqual(expected.map((problem) => `${framework} ${problem}`));
  });
});

describe('serialise and revive', () => {
  test('give back the same catalogue through JSON, each source written once', () => {
    const catalogue = buildCatalogue(smallCatalogue());
    const text = JSON.stringify(serialiseCatalogue(catalogue));
    expect(text.split('https://acme.example/security').length - 1).toBe(1);
    expect(reviveCatalogue(JSON.parse(text))).toEqual(catalogue);
  });

  test.each([null, undefined, 'x', [], {}, { format: 2 }, { format: 1, version: 'x' }])('refuse %j', (value) => {
    expect(() => reviveCatalogue(value)).toThrow(/missing or of another format/);
  });
});
