import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { readSchema } from '../fixtures/schemas.ts';
import { artifactLocation } from './location.ts';
import { renderSarif } from './sarif.ts';

interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly kind: string;
  readonly level: string;
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }[];
  readonly suppressions: readonly { readonly justification: string }[];
  readonly codeFlows?: readonly {
    readonly threadFlows: readonly {
      readonly locations: readonly { readonly location: { readonly message: { readonly text: string } } }[];
    }[];
  }[];
  readonly partialFingerprints?: Readonly<Record<string, string>>;
}

interface Run {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly { readonly id: string; readonly properties: Readonly<Record<string, unknown>> }[];
    };
  };
  readonly results: readonly Result[];
  readonly invocations: readonly {
    readonly toolExecutionNotifications: readonly { readonly descriptor: { readonly id: string } }[];
  }[];
}

const text = renderSarif(sampleAssessment, sampleContext);
const run = (JSON.parse(text) as { readonly runs: readonly Run[] }).runs[0]!;

describe('SARIF', () => {
  it('is valid against the SARIF 2.1.0 schema', () => {
    // The schema is draft 4, of which it uses nothing that draft 7 reads differently but the name of the identifier.
    const { $schema: _, id: __, ...schema } = readSchema('test/vectors/sarif/sarif-2.1.0-rtm.5.schema.json');
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('names the rule of each result by an index that leads to it', () => {
    expect(run.results.map((result) => run.tool.driver.rules[result.ruleIndex]?.id)).toEqual(
      run.results.map((result) => result.ruleId),
    );
  });

  it('makes findings fail by severity, and undecided checks open with no level', () => {
    expect(run.results.map(({ ruleId, kind, level }) => [ruleId, kind, level])).toEqual([
      ['path.untrusted-input-reaches-data', 'fail', 'error'],
      ['aws.bedrock.agent-guardrail-missing', 'fail', 'error'],
      ['code.data-store.read-only', 'fail', 'note'],
      ['code.data-store.read-only', 'open', 'none'],
    ]);
  });

  it('carries accepted findings as suppressed, and says of the others that they are not', () => {
    expect(run.results.map(({ suppressions }) => suppressions.map(({ justification }) => justification))).toEqual([
      [],
      [],
      ['moves away in <Q1>'],
      [],
    ]);
  });

  it('draws the path of a path finding as a code flow in order', () => {
    expect(
      run.results[0]?.codeFlows?.[0]?.threadFlows[0]?.locations.map(({ location }) =>
        location.message.text.slice(0, 22),
      ),
    ).toEqual(['resource-with-a-very-l', 'orders (mcp.server)', 'orders database (code.']);
    expect(run.results[1]?.codeFlows).toBeUndefined();
  });

  it('reports every gap as a notification', () => {
    expect(run.invocations[0]?.toolExecutionNotifications.map(({ descriptor }) => descriptor.id)).toEqual([
      'gap/syntax',
      'gap/unresolved',
    ]);
  });

  it('keeps fingerprints across runs and tags rules with framework references', () => {
    expect(run.results[1]?.partialFingerprints).toEqual({ 'demarc/v1': 'b2'.repeat(8) });
    expect(
      run.tool.driver.rules.find(({ id }) => id === 'aws.bedrock.agent-guardrail-missing')?.properties,
    ).toMatchObject({
      'security-severity': '8.0',
      tags: ['security', 'ai', 'layer/prompts-guardrails', 'owasp-llm@2025:LLM01'],
    });
  });

  it('encodes file names as URI references and shows deceptive characters of messages', () => {
    expect(run.results[1]?.locations[0]?.physicalLocation.artifactLocation.uri).toMatch(
      /^infra\/[A-Za-z0-9%!'()*._~/-]+\/main\.tf$/,
    );
    expect(run.results.every(({ message }) => !/\p{Cc}|\p{Cf}/u.test(message.text))).toBe(true);
  });

  it.each([
    ['a b/ü#?.tf', { uri: 'a%20b/%C3%BC%23%3F.tf', uriBaseId: 'SRCROOT' }],
    ['javascript:x', { uri: 'javascript%3Ax', uriBaseId: 'SRCROOT' }],
    ['/etc/x.json', { uri: 'file:///etc/x.json' }],
    ['half\ud800', { uri: 'half%EF%BF%BD', uriBaseId: 'SRCROOT' }],
  ])('writes %j as a location', (file, expected) => {
    expect(artifactLocation(file)).toEqual(expected);
  });

  it('is the same for the same assessment', () => {
    expect(renderSarif(sampleAssessment, sampleContext)).toBe(text);
  });
});
