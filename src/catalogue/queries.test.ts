import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Source } from '../model/catalogue.ts';
import { buildCatalogue } from './build.ts';
import { smallCatalogue } from './fixtures/small-catalogue.ts';
import {
  controlById,
  frameworksOf,
  isExpired,
  isVerified,
  isVerifiedOn,
  responsibility,
  serviceById,
  uncoveredRequirements,
} from './queries.ts';

const catalogue = buildCatalogue(smallCatalogue());

const date = fc
  .date({ min: new Date('2020-01-01T00:00:00Z'), max: new Date('2035-12-31T00:00:00Z'), noInvalidDate: true })
  .map((value) => value.toISOString().slice(0, 10));
const source: fc.Arbitrary<Source> = fc.record({
  method: fc.constantFrom('config', 'api', 'log', 'attestation', 'document'),
  url: fc.constant('https://acme.example'),
  read: date,
  confidence: fc.constantFrom('high', 'medium', 'low'),
  expires: date,
  conflicts: fc.constant([]),
});

describe('sources', () => {
  test('a document or an attestation never verifies, however confident, on whatever day', () => {
    fc.assert(
      fc.property(source, date, (one, today) => {
        const claims = one.method === 'document' || one.method === 'attestation';
        expect(isVerified(one)).toBe(!claims);
        if (claims) expect(isVerifiedOn(one, today)).toBe(false);
      }),
    );
  });

  test('an expired source never verifies', () => {
    fc.assert(
      fc.property(source, date, (one, today) => {
        expect(isExpired(one, today)).toBe(Date.parse(today) >= Date.parse(one.expires));
        if (isExpired(one, today)) expect(isVerifiedOn(one, today)).toBe(false);
      }),
    );
  });

  test('expiry takes effect on the day itself, whatever the time of day', () => {
    const one: Source = {
      method: 'api',
      url: '',
      read: '2026-01-01',
      confidence: 'high',
      expires: '2026-11-20',
      conflicts: [],
    };
    expect(isVerifiedOn(one, '2026-11-19')).toBe(true);
    expect(isVerifiedOn(one, '2026-11-19T23:59:59Z')).toBe(true);
    expect(isVerifiedOn(one, '2026-11-20T00:00:00Z')).toBe(false);
  });
});

describe('queries', () => {
  test('look up by id and name the id that is unknown', () => {
    expect(controlById(catalogue, 'identity.keys').layer).toBe('identity');
    expect(serviceById(catalogue, 'acme.model').name).toBe('Acme Model');
    expect(() => controlById(catalogue, 'identity.none')).toThrow('no control has the id `identity.none`');
    expect(() => serviceById(catalogue, 'acme.none')).toThrow('no service has the id `acme.none`');
  });

  test('say nothing about a cell that the catalogue does not state', () => {
    expect(responsibility(catalogue, 'acme.model', 'identity.none')).toBeUndefined();
    expect(responsibility(catalogue, 'acme.none', 'identity.keys')).toBeUndefined();
    expect(responsibility(catalogue, 'constructor', 'prototype')).toBeUndefined();
  });

  test('list active and draft requirements of a control, not renumbered ones', () => {
    expect(frameworksOf(catalogue, 'identity.keys')).toEqual(['acme@1.0:R2', 'acme@2.0:R1']);
    expect(frameworksOf(catalogue, 'identity.none')).toEqual([]);
  });

  test('list the requirements that no control serves', () => {
    expect(uncoveredRequirements(catalogue).map(({ reference }) => reference)).toEqual(['acme@1.0:R3']);
  });
});
