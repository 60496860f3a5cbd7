import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { manyFindings, sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { readSchema } from '../fixtures/schemas.ts';
import { renderJson } from './json.ts';

const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
addFormats.default(ajv);
const validate = ajv.compile(readSchema('docs/schema/assessment.schema.json'));
const text = renderJson(sampleAssessment, sampleContext);

describe('JSON', () => {
  it('is valid against docs/schema/assessment.schema.json', () => {
    expect(validate(JSON.parse(text)), JSON.stringify(validate.errors)).toBe(true);
    expect(
      validate(JSON.parse(renderJson({ ...manyFindings(3), posture: undefined }, sampleContext))),
      JSON.stringify(validate.errors),
    ).toBe(true);
  });

  it.each([['summary'], ['findings'], ['gaps'], ['unknown'], ['responsibilities']])(
    'is not valid without %s',
    (key) => {
      const { [key]: _, ...rest } = JSON.parse(text) as Record<string, unknown>;
      expect(validate(rest)).toBe(false);
    },
  );

  it('is not valid with a state that does not exist', () => {
    expect(validate(JSON.parse(text.replaceAll('"state":"orphaned"', '"state":"passed"')))).toBe(false);
  });

  it('writes markers as objects and never the text of a secret', () => {
    const { resources } = JSON.parse(text) as { resources: { id: string; properties: Record<string, unknown> }[] };
    expect(resources.find(({ id }) => id === 'main.tf#agent')?.properties).toMatchObject({
      Role: { $ref: 'main.tf#role', attribute: 'arn' },
      Key: { $secret: 'password', fingerprint: 'feedfacefeed' },
      Unknowable: { $unknown: 'a variable without a value' },
      Url: { $parts: ['https://', { $unknown: 'host' }] },
    });
  });

  it('says null where there is nothing, so that every key is always present', () => {
    const { findings } = JSON.parse(text) as { findings: { suppressed: unknown }[] };
    expect(findings.map(({ suppressed }) => suppressed)).toEqual([
      null,
      null,
      { reason: 'moves away in <Q1>', by: 'config' },
    ]);
  });
});
