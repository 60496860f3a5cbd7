import { eventLine } from '../../../report/timeline/event-line.ts';
import { colourStyle, plainStyle } from '../../../report/terminal/style.ts';
import { type EventFilter, textFilters } from '../../../store/index/filter.ts';
import { type Page, searchEvents } from '../../../store/index/queries.ts';
import { type Context, hasColour } from '../../context.ts';
import { parseRange } from './instant.ts';
import { type IndexOptions, withIndex } from './open-index.ts';
import type { ReadableLedger } from './read-ledger.ts';
import type { SearchFlags } from './search.ts';

/** Runs `demarc ledger search`. @returns 0 when something was found, 1 when nothing was */
export function runSearch(
  context: Context,
  flags: SearchFlags,
  folder: string,
  options?: IndexOptions,
): Promise<number> {
  return withIndex(
    context,
    flags,
    folder,
    async ({ ledger, index }) => {
      const filter = await filterOf(flags, ledger, context.clock.now());
      const order = flags.oldest ? 'oldest' : 'newest';
      const page = await searchEvents(index.sql, filter, { order, limit: flags.limit, after: flags.after });
      context.process.stdout.write(
        flags.format === 'json' ? `${JSON.stringify(page, null, 2)}\n` : describe(page, context),
      );
      return page.entries.length > 0 ? 0 : 1;
    },
    options,
  );
}

async function filterOf(flags: SearchFlags, { keys }: ReadableLedger, now: number): Promise<EventFilter> {
  const { kind, decision, outcome, effect, confidentiality, origin, principal, since, until } = flags;
  const range = parseRange(
    { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) },
    now,
  );
  const pseudonym = principal === undefined ? undefined : await keys?.pseudonymOf(principal);
  return {
    ...only(flags, textFilters),
    ...(kind === undefined ? {} : { kinds: kind }),
    ...(decision === undefined ? {} : { decisions: decision }),
    ...(outcome === undefined ? {} : { outcomes: outcome }),
    ...(effect === undefined ? {} : { effects: effect }),
    ...(confidentiality === undefined ? {} : { confidentialities: confidentiality }),
    ...(origin === undefined ? {} : { origins: origin }),
    ...(principal === undefined
      ? {}
      : { principal: { agent: principal, subjects: pseudonym === undefined ? [principal] : [principal, pseudonym] } }),
    ...range,
  };
}

/** These properties, as far as they are set. */
function only<T extends object, K extends keyof T>(object: T, names: readonly K[]): Partial<Pick<T, K>> {
  const kept: Partial<Pick<T, K>> = {};
  for (const name of names) if (object[name] !== undefined) kept[name] = object[name];
  return kept;
}

function describe({ entries, next }: Page, context: Context): string {
  if (entries.length === 0) return 'Nothing fits.\n';
  const style = hasColour(context) ? colourStyle : plainStyle;
  const lines = entries.map((entry) => eventLine(entry, style));
  return [...lines, ...(next === undefined ? [] : [`More: --after ${next}`]), ''].join('\n');
}
