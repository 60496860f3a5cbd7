/** docs/guide/approvals.md and budgets.md say what is: settings are taken, defaults and limits are those of the code, codes are all there are. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { limits } from '../../base/limits.ts';
import { budgetSettings } from '../budgets/settings.ts';
import { killPollMs } from '../kill-switch/kill-switch.ts';
import { useRefusals } from './binding.ts';
import { approvalSettings } from './settings.ts';

const read = (name: string): string => readFileSync(new URL(`../../../docs/guide/${name}.md`, import.meta.url), 'utf8');
const yamlOf = (guide: string): unknown[] =>
  [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => parse(text) as unknown);

describe('the guide to approvals', () => {
  const guide = read('approvals');

  it('shows settings that are taken, and the defaults', () => {
    const [{ approvals }] = yamlOf(guide) as [{ approvals: { url: string } }];
    const shown = approvalSettings.parse(approvals);
    const { roles, reason, ...defaults } = approvalSettings.parse({ url: approvals.url });
    for (const key of ['four-eyes', 'expires-ms', 'wait-ms', 'per-run'] as const)
      expect(shown[key]).toEqual(defaults[key]);
    expect([shown.roles, shown.reason]).toEqual([roles, reason]);
    expect(defaults['expires-ms']).toBe(10 * 60 * 1000);
  });

  it('names every code and the limits', () => {
    for (const code of useRefusals) expect(guide).toContain(`\`${code}\``);
    expect(guide).toContain(`(${limits.approvalsPendingMax} of one principal`);
    expect(guide).toContain(`more than ${limits.approvalArgumentsBytesMax / 1024} KiB`);
    expect([guide.includes('tried five times'), limits.notificationAttemptsMax]).toEqual([true, 5]);
  });
});

describe('the guide to budgets', () => {
  const guide = read('budgets');

  it('shows settings that are taken, and the defaults', () => {
    const [budgets, loops] = yamlOf(guide) as [{ budgets: object }, { budgets: object }];
    expect(budgetSettings.parse(budgets.budgets).budgets).toHaveLength(4);
    expect(budgetSettings.parse(loops.budgets)).toEqual(budgetSettings.parse({}));
    const defaults = budgetSettings.parse({});
    expect(guide).toContain(`\`keep-ms\` (${defaults['keep-ms'] / 1000} s)`);
    expect(guide).toContain(`\`hold-ms\` (${defaults['hold-ms'] / 60_000} min)`);
  });

  it('names the limits of the kill switch', () => {
    expect([guide.includes('four times a second'), killPollMs]).toEqual([true, 250]);
    expect(guide.replaceAll(' ', '')).toContain(`morethan${limits.killsMax}ofthem`);
  });
});
