import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { sampleAssessment, sampleContext } from '../fixtures/sample.ts';
import { readSchema } from '../fixtures/schemas.ts';
import { renderOcsf } from './ocsf.ts';

const text = renderOcsf(sampleAssessment, sampleContext);
const events = text
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('OCSF', () => {
  it('writes events that are valid Compliance Findings of OCSF 1.8.0', () => {
    const validate = new Ajv2020({ strict: false, allErrors: true }).compile(
      readSchema('test/vectors/ocsf/compliance_finding-1.8.0.schema.json'),
    );
    for (const event of events) expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...events[0], made_up: 1 })).toBe(false);
    expect(validate({ ...events[0], severity_id: 42 })).toBe(false);
  });

  it('writes one line for each finding and each undecided check, whatever names contain', () => {
    expect(events).toHaveLength(4);
    expect(
      events.map(({ class_uid: uid, type_uid: type, severity_id: severity, status_id: status }) => [
        uid,
        type,
        severity,
        status,
      ]),
    ).toEqual([
      [2003, 200301, 5, 1],
      [2003, 200301, 4, 1],
      [2003, 200301, 2, 3],
      [2003, 200301, 0, 1],
    ]);
  });

  it('fails a finding and leaves an undecided check unknown', () => {
    expect(events.map(({ compliance }) => (compliance as { status: string }).status)).toEqual([
      'Fail',
      'Fail',
      'Fail',
      'Unknown',
    ]);
  });

  it('names standards with their version and requirements as references', () => {
    expect(events[0]?.['compliance']).toMatchObject({
      control: 'tools.least-privilege',
      standards: ['owasp-llm@2025', 'nist-csf@2.0'],
      requirements: ['owasp-llm@2025:LLM01', 'nist-csf@2.0:PR.AA-05'],
    });
  });

  it('lists the resources along a path as related', () => {
    expect((events[0]!['resources'] as { uid: string; role: string }[]).map(({ uid, role }) => [uid, role])).toEqual([
      ['app/main.py#application', 'Affected'],
      ['.mcp.json#orders', 'Related'],
      ['app/main.py#store', 'Related'],
    ]);
  });

  it('is empty when there is nothing to say', () => {
    expect(renderOcsf({ ...sampleAssessment, findings: [], verdicts: [] }, sampleContext)).toBe('');
  });
});
