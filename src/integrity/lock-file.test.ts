import { describe, expect, it } from 'vitest';
import { limits } from '../base/limits.ts';
import { notesTool, pinsOf } from './fixtures/listing.ts';
import { formatLockFile, parseLockFile, pinsDigest } from './lock-file.ts';
import type { ServerPins } from './pins.ts';

const pins = pinsOf(
  notesTool(),
  notesTool({ name: 'other', description: 'SECRET words of the server', inputSchema: { not: {} } }),
);
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

  it.each([
    ['a bound without an end', '{"x":{"maxLength":1e999,"minimum":-1e999}}'],
    ['an argument called like what objects are made of', '{"__proto__":{"maxLength":9},"":{"__proto__":{}}}'],
  ])('%s is read as it was written: a server cannot make it unreadable', (_what, properties) => {
    const tool = JSON.parse(`{"name":"a","inputSchema":{"properties":${properties}}}`) as unknown;
    const lock = new Map([['notes', pinsOf(tool)]]);
    expect(parseLockFile(formatLockFile(lock), 'x.json')).toEqual(lock);
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
    [
      'a definition that stands twice, as after a merge',
      formatLockFile(new Map([['n', { ...pins, definitions: [...pins.definitions, pins.definitions[0]!] }]])),
      /definitions: one stands twice/,
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
      definitions: Array.from({ length: limits.lockDefinitionsMax + more }, (_, at) => ({
        ...one!,
        name: `t${at}`,
        tool: undefined,
      })),
    };
    const parse = (): unknown => read(formatLockFile(new Map([['n', many]])));
    if (more === 0) expect(parse).not.toThrow();
    else expect(parse).toThrow(/definitions/);
  });
});

describe('what a signature is over', () => {
  it('holds the server’s name and everything that was approved, and nothing else', () => {
    const digest = pinsDigest('notes', pins);
    expect(pinsDigest('notes', { ...pins, differs: { time: 'x', definitions: [] }, signature: 'x' })).toBe(digest);
    const others: [string, ServerPins][] = [
      ['mail', pins],
      ['notes', { ...pins, definitions: pins.definitions.slice(1) }],
      ['notes', { ...pins, identity: { command: 'evil' } }],
    ];
    for (const [name, other] of others) expect(pinsDigest(name, other)).not.toBe(digest);
  });
});
