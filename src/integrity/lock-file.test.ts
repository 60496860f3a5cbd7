import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { notesTool, pinsOf } from './fixtures/listing.ts';
import { formatLockFile, parseLockFile, signPins, verifyPins } from './lock-file.ts';
import type { ServerPins } from './pins.ts';

const pins = pinsOf(notesTool(), notesTool({ name: 'other', description: 'SECRET words of the server' }));
const read = (text: string): unknown => parseLockFile(text, 'x.json');

describe('the lock file', () => {
  it('is read as it was written, and says none of the server’s words', () => {
    const text = formatLockFile(
      new Map([['notes', { ...pins, differs: { time: 'now', definitions: ['tool other'] } }]]),
    );
    expect(formatLockFile(parseLockFile(text, 'x.json'))).toBe(text);
    expect(text).not.toMatch(/SECRET|Searches|newest/);
    expect(text.split('\n').filter((line) => line.includes('"kind"'))).toHaveLength(2);
  });

  it('an empty one', () => {
    expect(parseLockFile(formatLockFile(new Map()), 'x.json').size).toBe(0);
  });

  it.each([
    ['no JSON', '{', /is no JSON/],
    ['another format', '{"lock":2,"servers":{}}', /lock/],
    ['an unknown key', '{"lock":1,"servers":{},"x":1}', /x\.json/],
    [
      'an unknown finding',
      formatLockFile(new Map([['n', pins]])).replace('"accepted":[]', '"accepted":["nope"]'),
      /no finding/,
    ],
  ])('%s is refused', (_what, text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it.each([0, 1])('servers: limit + %i', (more) => {
    const lock = new Map(
      Array.from({ length: limits.lockServersMax + more }, (_, at) => [`s${at}`, { ...pins, definitions: [] }]),
    );
    const parse = (): unknown => read(formatLockFile(lock));
    if (more === 0) expect(parse).not.toThrow();
    else expect(parse).toThrow(`more than ${limits.lockServersMax} servers`);
  });

  it.each([0, 1])('definitions: limit + %i', (more) => {
    const [one] = pins.definitions;
    const many = {
      ...pins,
      definitions: Array.from({ length: limits.lockDefinitionsMax + more }, () => ({ ...one!, tool: undefined })),
    };
    const parse = (): unknown => read(formatLockFile(new Map([['n', many]])));
    if (more === 0) expect(parse).not.toThrow();
    else expect(parse).toThrow(/definitions/);
  });
});

describe('signatures', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const signed = signPins('notes', pins, privateKey);
  const trusted = [signed.signature?.key ?? ''];

  it('hold for these pins, under this name, by a trusted key', () => {
    expect(verifyPins('notes', signed, trusted)).toBe(true);
    expect(verifyPins('notes', { ...signed, differs: { time: 'x', definitions: [] } }, trusted)).toBe(true);
  });

  it.each<[string, string, ServerPins, readonly string[]]>([
    ['another name', 'mail', signed, trusted],
    ['no trusted key', 'notes', signed, []],
    ['no signature', 'notes', pins, trusted],
    ['other pins', 'notes', { ...signed, definitions: signed.definitions.slice(1) }, trusted],
    ['another program', 'notes', { ...signed, identity: { command: ['evil'] } }, trusted],
  ])('do not hold with %s', (_what, name, tried, keys) => {
    expect(verifyPins(name, tried, keys)).toBe(false);
  });
});
