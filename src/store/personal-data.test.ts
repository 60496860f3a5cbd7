import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsPersonalData } from './personal-data.ts';

describe('personal data that has a shape', () => {
  // Numbers from the documentation of the schemes: reserved, or published as examples.
  it.each([
    'erika.mustermann@example.com',
    'run/erika@example.com/1',
    'mailto:erika%40example.com',
    'legit@example.com',
    'git@github.com/erika@example.com',
    'erika@1und1.example',
    'a@x.gserviceaccount.com.example',
    'DE89370400440532013000',
    'gb29nwbk60161331926819',
    'iban:FR1420041010050500013M02606',
    '+4930123456789',
    'tel:+14155552671',
    '4111111111111111',
    '4111-1111-1111-1111',
    'card/5555555555554444',
    '378282246310005',
    '078-05-1120',
    '/home/erika/notes.txt',
    'file:///Users/erika/x',
  ])('%s', (text) => {
    expect(holdsPersonalData(text)).toBe(true);
  });

  it.each([
    'mcp__crm__lookup_customer',
    '@scope/package@1.2.3',
    'package@v2.0.0-beta.rc',
    'git@github.com:org/repo.git',
    'support-agent@my-project.iam.gserviceaccount.com',
    'ghcr.io/demarc/tool@sha256:5b1c1a2b3c4d5e6f5b1c1a2b3c4d5e6f5b1c1a2b3c4d5e6f5b1c1a2b3c4d5e6f',
    'models/gemini-2.5-pro@001',
    '0198c0de-5a5a-7000-8000-000000000000',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    'arn:aws:bedrock:eu-central-1:111122223333:agent/ABCDEFGHIJ',
    'arn:aws:iam::123456789012:role/home-office',
    'DE89370400440532013001',
    '4111111111111112',
    '1785578400000123',
    'toolu_01A09q90qw90lq917835lq9',
    '2026-08-01',
    'de89370400440532013000de89370400',
  ])('not %s', (text) => {
    expect(holdsPersonalData(text)).toBe(false);
  });

  it('is not seen in hashes, UUIDs and counters', () => {
    const hex = fc.stringMatching(/^[0-9a-f]{32}$|^[0-9a-f]{40}$|^[0-9a-f]{64}$/);
    fc.assert(
      fc.property(fc.oneof(hex, fc.uuid(), fc.nat().map(String)), (text) => !holdsPersonalData(text)),
      { numRuns: 2000 },
    );
  });
});
