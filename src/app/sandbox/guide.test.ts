/** docs/guide/sandbox.md says what is: its settings are taken, its keys and defaults are those there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { limits } from '../../base/limits.ts';
import { bubblewrapVersionMin } from '../../sandbox/host.ts';
import { rules } from '../../sandbox/seccomp/rules.ts';
import { launchSettings } from '../../sandbox/settings.ts';
import { parseGatewayConfig } from '../gateway/read-config.ts';

const guide = readFileSync(new URL('../../../docs/guide/sandbox.md', import.meta.url), 'utf8');

describe('the guide to sandboxes', () => {
  const blocks = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text]) => text ?? '');

  it('shows configurations that are taken', () => {
    const servers = blocks.flatMap((text) => Object.keys(parseGatewayConfig(text, 'guide').servers));
    expect(servers).toEqual(['files', 'tickets', 'camera']);
  });

  it('names every key and its default', () => {
    const { sandbox } = launchSettings.parse({ command: '/usr/bin/x' });
    for (const [key, value] of Object.entries(sandbox)) {
      expect(guide).toContain(`\`${key}\``);
      if (typeof value === 'number') expect(guide).toContain(String(value));
    }
  });

  it('names the limits', () => {
    expect(guide).toContain(`lines over ${limits.sandboxLineBytesMax / 1_048_576} MiB`);
    expect(guide).toContain(`over ${limits.gatewayMessageBytesMax / 1_048_576} MiB`);
    expect(guide).toContain(`bubblewrap ${bubblewrapVersionMin.join('.')} or newer`);
    const always = rules.filter(({ condition }) => condition.when === 'always').length;
    expect(guide).toContain('more than seventy calls refused');
    expect(always).toBeGreaterThan(70);
  });
});
