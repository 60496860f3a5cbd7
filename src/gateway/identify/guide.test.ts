/** docs/guide/identity.md says what is: its settings are taken, its numbers are the limits. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { limits } from '../../base/limits.ts';
import { AttributeList } from './attributes.ts';
import { identitySettings } from './settings.ts';

const guide = readFileSync(new URL('../../../docs/guide/identity.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, text]) => parse(text ?? '') as { identity?: unknown },
);

describe('the guide to identity', () => {
  it('shows settings that are taken', () => {
    const settings = blocks.filter(({ identity }) => identity !== undefined);
    expect(settings).toHaveLength(2);
    for (const { identity } of settings) expect(identitySettings.safeParse(identity).error?.issues).toBeUndefined();
  });

  it('shows a file of attributes that is taken', () => {
    const lists = blocks.filter(({ identity }) => identity === undefined).map((block) => AttributeList.parse(block));
    expect(lists.map((list) => list instanceof AttributeList)).toEqual([true]);
  });

  it('names the limits', () => {
    const minutes = (ms: number): number => ms / 60_000;
    expect([minutes(limits.issuerKeysFreshMs), minutes(limits.issuerKeysStaleMs), limits.issuerKeysUnknownMs]).toEqual([
      10, 60, 30_000,
    ]);
    expect([
      limits.clockSkewSecondsMax,
      limits.apiKeysCheckMs,
      minutes(limits.apiKeysStaleMs),
      minutes(limits.tokenCacheMs),
    ]).toEqual([300, 1_000, 1, 1]);
  });
});
