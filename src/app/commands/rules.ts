import { buildCommand } from '@stricli/core';
import { severities } from '../../model/rule.ts';
import { guarded, type Context } from '../context.ts';
import { loadRules } from '../data.ts';

interface RulesFlags {
  readonly json: boolean;
  readonly severity?: (typeof severities)[number];
}

export const rulesCommand = buildCommand<RulesFlags, [string?], Context>({
  async func(flags, filter) {
    await guarded(this, () => {
      const rules = loadRules().filter(
        (rule) =>
          (filter === undefined ||
            `${rule.id} ${rule.title} ${rule.control}`.toLowerCase().includes(filter.toLowerCase())) &&
          (flags.severity === undefined || rule.severity === flags.severity),
      );
      if (flags.json)
        this.process.stdout.write(
          `${JSON.stringify(
            rules.map(({ when: _when, expect: _expect, ...rule }) => rule),
            null,
            2,
          )}\n`,
        );
      else {
        for (const rule of rules)
          this.process.stdout.write(`${rule.severity.padEnd(8)}  ${rule.id}\n          ${rule.title}\n`);
        this.process.stdout.write(`${rules.length} rule${rules.length === 1 ? '' : 's'}\n`);
      }
      return 0;
    });
  },
  parameters: {
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Only rules whose id, title or control contains this',
          parse: String,
          placeholder: 'text',
          optional: true,
        },
      ],
    },
    flags: {
      json: { kind: 'boolean', default: false, brief: 'Print JSON' },
      severity: { kind: 'enum', values: severities, optional: true, brief: 'Only this severity' },
    },
  },
  docs: { brief: 'List the rules' },
});
