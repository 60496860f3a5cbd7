import type { Value } from '../../../model/value.ts';
import type { DocNode } from '../../documents/node.ts';
import { bagOf } from '../lookup.ts';
import { commandRule } from '../permission-rule.ts';

/**
 * `chat.tools.terminal.autoApprove`: a map from a command prefix or `/regular expression/` to true (run), false (ask) or
 * `{approve, matchCommandLine}`. An expression that any command fits counts as `any`.
 */
export function terminalRules(node: DocNode | undefined): Value[] {
  if (node?.kind !== 'map') return [];
  return [...node.entries].map(([pattern, { node: value }]) => {
    const approve = value.kind === 'map' ? value.entries.get('approve')?.node : value;
    const allowed = approve?.kind === 'scalar' && approve.value === true;
    const expression = /^\/(.*)\/[a-z]*$/.exec(pattern)?.[1];
    if (expression === undefined) return commandRule(pattern, allowed ? 'allow' : 'ask');
    const bare = expression.replace(/^\^|\$$|\\[bs]\+?|\(\?:|\)|\(/g, '');
    const rule = commandRule(bare.replace(/\.\*$/, ' *'), allowed ? 'allow' : 'ask');
    return bagOf({
      ...rule,
      raw: pattern,
      reach: /^(?:\.\*|\.\+|\.|)$/.test(bare) ? 'any' : (rule['reach'] ?? 'narrow'),
    });
  });
}
