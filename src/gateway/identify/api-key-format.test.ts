import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findSecrets } from '../../base/secrets.ts';
import { hashOfKey, idOfKey, newKey } from './api-key-format.ts';

const seeded = fc.uint8Array({ minLength: 39, maxLength: 39 }).map((data) => {
  let at = 0;
  return { bytes: (count: number) => data.subarray(at, (at += count)) };
});
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_';

describe('an API key', () => {
  it('names its id, and has one shape', () => {
    fc.assert(
      fc.property(seeded, (random) => {
        const { id, text } = newKey(random);
        expect(text).toMatch(/^dmk_[0-9a-z]{11}_[0-9A-Za-z]{49}$/);
        expect(idOfKey(text)).toBe(id);
      }),
    );
  });

  it('is written as ever: those that are out hold', () => {
    let at = 1;
    const { text } = newKey({ bytes: (count) => new Uint8Array(count).map(() => (at += 7)) });
    expect(text).toBe('dmk_0mc2qtdegc2_dzI82EwisHheXV0FGnyj9P2Zospc82U9u7h9tWWOLIu19Em9b');
  });

  it('is another for other random bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 39, maxLength: 39 }),
        fc.nat(38),
        fc.integer({ min: 1, max: 255 }),
        (data, at, change) => {
          const from = (bytes: Uint8Array): string => {
            let position = 0;
            return newKey({ bytes: (count) => bytes.subarray(position, (position += count)) }).text;
          };
          const changed = data.slice();
          changed[at] = (changed[at] ?? 0) ^ change;
          expect(from(changed)).not.toBe(from(data));
        },
      ),
    );
  });

  it('is known to be wrong when one character is another, two change places, or one is missing', () => {
    fc.assert(
      fc.property(seeded, fc.nat(64), fc.constantFrom(...alphabet.split('')), (random, at, character) => {
        const { text } = newKey(random);
        const replaced = text.slice(0, at) + character + text.slice(at + 1);
        if (replaced !== text) expect(idOfKey(replaced)).toBeUndefined();
        const swapped =
          text.slice(0, at) +
          text
            .slice(at, at + 2)
            .split('')
            .reverse()
            .join('') +
          text.slice(at + 2);
        if (swapped !== text) expect(idOfKey(swapped)).toBeUndefined();
        expect(idOfKey(text.slice(0, at) + text.slice(at + 1))).toBeUndefined();
      }),
    );
  });

  it.each([
    '',
    'dmk_',
    'dmk__',
    `dmk_${'a'.repeat(11)}_${'a'.repeat(49)}`,
    ` ${newKey({ bytes: (count) => new Uint8Array(count) }).text}`,
  ])('is not %j', (text) => {
    expect(idOfKey(text)).toBeUndefined();
  });

  it('is found by the scanner of secrets', () => {
    const { text } = newKey({ bytes: (count) => new Uint8Array(count).map((_, at) => at * 37) });
    expect(findSecrets(`key: ${text}, x`)).toEqual([{ kind: 'demarc-api-key', start: 5, end: 5 + text.length }]);
  });

  it('is kept as the SHA-256 of all of it', () => {
    expect(hashOfKey('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});
