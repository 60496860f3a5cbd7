import { basename } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import { formatVerifierKey, isKeyName } from '../../../ledger/note.ts';
import { createKeyFolder } from '../../../store/keys/key-folder.ts';
import { createLog } from '../../../store/log/open-log.ts';
import type { Context } from '../../context.ts';
import { cryptoRandom, type LedgerPlace, ledgerPlace, logParts, readSignerFile } from '../../ledger/place.ts';
import { newLedgerSettings, settingsFile } from '../../ledger/settings.ts';
import type { LedgerInitFlags } from './init.ts';

/** Runs `demarc ledger init`: keys first, then an empty log with a signed checkpoint. */
export async function runLedgerInit(context: Context, flags: LedgerInitFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory, flags.keys);
  const settings = newLedgerSettings(flags);
  const given = flags.key === undefined ? undefined : await readSignerFile(place, flags.key);
  const origin = flags.origin ?? given?.signer.verifier.name ?? defaultOrigin(place.directory);
  if (!isKeyName(origin))
    throw new DemarcError('DMC_USAGE', `\`${origin}\` cannot be the origin of a ledger`, {
      hint: 'a name like `example.com/agents`, without white space and `+`',
    });
  if (await isThere(place))
    throw new DemarcError('DMC_LEDGER_EXISTS', `there is a ledger in \`${place.directory}\` already`);
  const signer = await createKeyFolder(place.keyFiles, cryptoRandom, place.keys, {
    name: origin,
    signerKey: given?.text,
  });
  const vkey = formatVerifierKey(signer.verifier);
  if (Object.keys(settings).length > 0)
    await place.files.replace(
      `${place.directory}/${settingsFile}`,
      Buffer.from(`${JSON.stringify(settings, null, 2)}\n`),
      0o644,
    );
  await place.files.replace(`${place.directory}/log.vkey`, Buffer.from(`${vkey}\n`), 0o644);
  await createLog(await logParts(place, signer), context.clock.now());
  const made = { directory: place.directory, origin, vkey, keys: place.keys.directory };
  context.process.stdout.write(flags.format === 'json' ? `${JSON.stringify(made)}\n` : describe(made));
  return 0;
}

/** Whether the folder holds a ledger already; one in an object store is found when its checkpoint is made. */
async function isThere({ files, directory }: LedgerPlace): Promise<boolean> {
  const found = await Promise.all(
    ['checkpoint', settingsFile, 'log.vkey'].map((name) => files.read(`${directory}/${name}`)),
  );
  return found.some((data) => data !== undefined);
}

/** Unique enough for one organisation, and no promise: `--origin` gives the name others should know. */
function defaultOrigin(directory: string): string {
  const name = basename(directory).replace(/[^A-Za-z0-9._-]/g, '-') || 'ledger';
  return `demarc.local/${name}-${Buffer.from(cryptoRandom.bytes(4)).toString('hex')}`;
}

function describe(made: { directory: string; origin: string; vkey: string; keys: string }): string {
  return [
    `made the ledger ${made.directory}`,
    `  origin  ${made.origin}`,
    `  vkey    ${made.vkey}`,
    `  keys    ${made.keys}`,
    'give the vkey to whoever verifies; keep the keys away from where the ledger is stored, and back them up',
    `next: demarc ledger append ${made.directory} < events.jsonl`,
    '',
  ].join('\n');
}
