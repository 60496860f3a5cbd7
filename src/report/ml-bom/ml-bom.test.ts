import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { readSchema } from '../fixtures/schemas.ts';
import { purlOf } from './components.ts';
import { renderMlBom } from './ml-bom.ts';

interface Bom {
  readonly serialNumber: string;
  readonly components: readonly {
    readonly type: string;
    readonly 'bom-ref': string;
    readonly name: string;
    readonly version?: string;
    readonly purl?: string;
    readonly properties: readonly { readonly name: string; readonly value: string }[];
  }[];
  readonly services: readonly {
    readonly 'bom-ref': string;
    readonly 'x-trust-boundary'?: boolean;
    readonly endpoints?: readonly string[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly compositions: readonly { readonly aggregate: string }[];
}

const text = renderMlBom(sampleAssessment, sampleContext);
const bom = JSON.parse(text) as Bom;

describe('ML-BOM', () => {
  it('is valid against the CycloneDX 1.6 schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    // The main schema names the other two by file, relative to its own identifier.
    for (const name of ['spdx', 'jsf-0.82'])
      ajv.addSchema(
        readSchema(`test/vectors/cyclonedx/${name}.SNAPSHOT.schema.json`),
        `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`,
      );
    addFormats.default(ajv);
    ajv.addFormat('iri-reference', true);
    ajv.addFormat('idn-email', true);
    const validate = ajv.compile(readSchema('test/vectors/cyclonedx/bom-1.6.SNAPSHOT.schema.json'));
    expect(validate(bom), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...bom, components: [{ type: 'made-up', name: 'x' }] })).toBe(false);
  });

  it('names models, libraries, applications and data; a model that is not named says so', () => {
    expect(bom.components.map(({ type, 'bom-ref': ref }) => [type, ref])).toEqual([
      ['library', 'library:pkg:pypi/langchain-aws@1.0.4'],
      ['library', 'library:pkg:pypi/mcp'],
      ['machine-learning-model', 'model:anthropic.claude-sonnet-5-v1:0'],
      ['machine-learning-model', 'model:claude-sonnet-5'],
      ['application', 'resource:app/main.py#application'],
      ['data', 'resource:app/main.py#store'],
      ['machine-learning-model', 'resource:app/main.py#unnamed'],
      ['application', 'resource:main.tf#agent'],
    ]);
    expect(bom.components.find(({ 'bom-ref': ref }) => ref.endsWith('#unnamed'))?.properties).toContainEqual({
      name: 'demarc:model',
      value: 'unknown',
    });
  });

  it('names providers behind a trust boundary and MCP servers as services', () => {
    expect(
      bom.services.map(({ 'bom-ref': ref, 'x-trust-boundary': boundary, endpoints }) => [ref, boundary, endpoints]),
    ).toEqual([
      ['resource:.mcp.json#orders', undefined, ['https://mcp.example.com/orders']],
      ['service:aws.bedrock', true, undefined],
    ]);
  });

  it('takes dependencies from the graph, and only between what it lists', () => {
    const refs = new Set([...bom.components, ...bom.services].map((part) => part['bom-ref']));
    expect(
      bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]).filter((ref) => !refs.has(ref)),
    ).toEqual([]);
    expect(bom.dependencies.find(({ ref }) => ref === 'resource:.mcp.json#orders')?.dependsOn).toEqual([
      'resource:app/main.py#store',
    ]);
    expect(bom.dependencies.find(({ ref }) => ref === 'resource:main.tf#agent')?.dependsOn).toEqual([
      'model:anthropic.claude-sonnet-5-v1:0',
    ]);
  });

  it('says that it is incomplete when something could not be read', () => {
    expect(bom.compositions[0]?.aggregate).toBe('incomplete');
  });

  it('never holds the text or the fingerprint of a secret', () => {
    expect(text).not.toContain('feedfacefeed');
  });

  it('has the same serial number for the same assessment and another for another', () => {
    expect(renderMlBom(sampleAssessment, sampleContext)).toBe(text);
    const other = JSON.parse(renderMlBom({ ...sampleAssessment, gaps: [] }, sampleContext)) as Bom;
    expect(other.serialNumber).not.toBe(bom.serialNumber);
    expect(bom.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it.each([
    ['python', 'LangChain_AWS', '1.0', 'pkg:pypi/langchain-aws@1.0'],
    ['typescript', '@anthropic-ai/sdk', undefined, 'pkg:npm/%40anthropic-ai/sdk'],
    ['java', 'dev.langchain4j:langchain4j', '1.0.0', 'pkg:maven/dev.langchain4j/langchain4j@1.0.0'],
    ['cobol', 'x', '1', undefined],
  ])('writes a %s package as a purl', (language, name, version, expected) => {
    expect(purlOf(language, name, version)).toBe(expected);
  });
});
