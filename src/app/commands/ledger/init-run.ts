import type { Context } from '../../context.ts';
import { makeLedger } from '../../ledger/make-ledger.ts';
import { ledgerPlace, readSignerFile } from '../../ledger/place.ts';
import { newLedgerSettings } from '../../ledger/settings.ts';
import type { LedgerInitFlags } from './init.ts';

/** Runs `demarc ledger init`: keys first, then an empty log with a signed checkpoint. */
export async function runLedgerInit(context: Context, flags: LedgerInitFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory, flags.keys);
  const settings = newLedgerSettings(flags);
  const given = flags.key === undefined ? undefined : await readSignerFile(place, flags.key);
  const { origin, vkey } = await makeLedger(place, { origin: flags.origin, given, settings });
  const made = { directory: place.directory, origin, vkey, keys: place.keys.directory };
  context.process.stdout.write(flags.format === 'json' ? `${JSON.stringify(made)}\n` : describe(made));
  return 0;
}

function describe(made: { directory: string; origin: string; vkey: string; keys: string }): string {
  return [
    `made the ledger ${made.directory}`,
    `  origin  ${made.origin}`,
    `  vkey    ${made.vkey}`,
    `  keys    ${made.keys}`,
    'give the vkey to whoever verifies; keep the keys away from where the ledger is stored, and back them up',
    `next: demarc ledger append ${shellWord(made.directory)} < events.jsonl`,
    '',
  ].join('\n');
}

/** A path as a shell takes it. */
function shellWord(path: string): string {
  return /^[\w./:@%+=,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
