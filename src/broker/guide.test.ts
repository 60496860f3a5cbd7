/** docs/guide/upstream-credentials.md says what is: its settings are taken, its codes are all there are, its numbers are the limits. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { limits } from '../base/limits.ts';
import { faultCodes } from './fault.ts';
import { brokerSettings, upstreamCredential } from './settings.ts';

const guide = readFileSync(new URL('../../docs/guide/upstream-credentials.md', import.meta.url), 'utf8');

describe('the guide to upstream credentials', () => {
  it('shows settings that are taken, of every type', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    const { credentials, servers } = parse(yaml) as {
      credentials: unknown;
      servers: Record<string, { credential: unknown }>;
    };
    brokerSettings.parse(credentials);
    const types = Object.values(servers).map(({ credential }) => upstreamCredential.parse(credential).type);
    expect(new Set(types)).toEqual(new Set(upstreamCredential.options.map(({ shape }) => shape.type.value)));
  });

  it('explains every code', () => {
    const explained = [...guide.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, code]) => code);
    expect(explained).toEqual([...faultCodes]);
  });

  it('names the limits', () => {
    expect(guide).toContain(
      `bounded to ${limits.brokerAnswerBytesMax / 1024} KiB and ${limits.brokerRequestMs / 1000} seconds`,
    );
    expect(guide).toContain(`seen within ${limits.brokerSecretMs / 1000} seconds`);
    expect(guide).toContain(`${limits.brokerConsentsMax} consents are waited for`);
    expect(limits.brokerStepUpsMax).toBe(5);
  });
});
