import { buildCommand } from '@stricli/core';
import {
  confidentialities,
  type Confidentiality,
  type DataOrigin,
  type Decision,
  decisions,
  type Effect,
  effects,
  type EventKind,
  eventKinds,
  origins,
  type Outcome,
  outcomes,
} from '../../../model/event.ts';
import type { EventFilter, TextFilter } from '../../../store/index/filter.ts';
import { guarded, type Context } from '../../context.ts';
import { directoryArgument, formatFlag } from './flags.ts';
import {
  type IndexFlags,
  indexFlags,
  type OutputFormat,
  parsePageSize,
  parseIndex,
  rangeFlags,
  text,
} from './reading-flags.ts';

export interface SearchFlags extends IndexFlags, Pick<EventFilter, TextFilter> {
  readonly format: OutputFormat;
  readonly principal?: string;
  readonly kind?: readonly EventKind[];
  readonly decision?: readonly Decision[];
  readonly outcome?: readonly Outcome[];
  readonly effect?: readonly Effect[];
  readonly confidentiality?: readonly Confidentiality[];
  readonly origin?: readonly DataOrigin[];
  readonly since?: string;
  readonly until?: string;
  readonly oldest: boolean;
  readonly limit: number;
  readonly after?: number;
}

const name = { ...text, placeholder: 'name' } as const;
const list = { optional: true, variadic: ',' } as const;

export const searchCommand = buildCommand<SearchFlags, [string], Context>({
  async func(flags, folder) {
    await guarded(this, async () => (await import('./search-run.ts')).runSearch(this, flags, folder));
  },
  parameters: {
    positional: directoryArgument,
    flags: {
      format: formatFlag,
      principal: { ...name, brief: 'Who: an agent, a pseudonym, or the name of a person the keys know' },
      run: { ...name, brief: 'Of this run' },
      call: { ...name, brief: 'Of this call' },
      tool: { ...name, brief: 'Of this tool' },
      server: { ...name, brief: 'Of this MCP server or plane' },
      dataSource: { ...name, brief: 'Of this data source' },
      destination: { ...name, brief: 'Sent to this host or address' },
      provider: { ...name, brief: 'Of this model provider' },
      model: { ...name, brief: 'Of this model' },
      source: { ...name, brief: 'Recorded by this source' },
      rule: { ...name, brief: 'Found by this rule' },
      kind: { kind: 'enum', values: eventKinds, ...list, brief: 'Of these kinds' },
      decision: { kind: 'enum', values: decisions, ...list, brief: 'Decided so' },
      outcome: { kind: 'enum', values: outcomes, ...list, brief: 'Ended so' },
      effect: { kind: 'enum', values: effects, ...list, brief: 'With these effects' },
      confidentiality: { kind: 'enum', values: confidentialities, ...list, brief: 'Labelled so' },
      origin: { kind: 'enum', values: origins, ...list, brief: 'From these origins' },
      reason: { ...name, brief: 'With this reason code' },
      text: {
        ...text,
        placeholder: 'words',
        brief: 'With these words in the payload ("a phrase", or, -not); the index must cover them',
      },
      ...rangeFlags,
      ...indexFlags,
      oldest: { kind: 'boolean', default: false, brief: 'Oldest first' },
      limit: {
        kind: 'parsed',
        parse: parsePageSize,
        default: '50',
        brief: 'Events to print at most',
        placeholder: 'n',
      },
      after: {
        kind: 'parsed',
        parse: parseIndex,
        optional: true,
        brief: 'Go on after this index, as the page before says',
        placeholder: 'index',
      },
    },
    aliases: { f: 'format', n: 'limit' },
  },
  docs: {
    brief: 'Find events by who, what, where and when',
    fullDescription:
      'Reads the ledger into an index first, and only what is new. All conditions must hold; of a list (a,b) any value.\nThe index is a convenience: `demarc ledger show` and `verify` read the ledger itself.',
  },
});
