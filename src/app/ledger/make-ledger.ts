import { basename } from 'node:path';
import { DemarcError } from '../../base/errors.ts';
import { formatVerifierKey, isKeyName, type Signer } from '../../ledger/note.ts';
import { createKeyFolder } from '../../store/keys/key-folder.ts';
import { createLog } from '../../store/log/open-log.ts';
import { cryptoRandom, type LedgerPlace, logParts } from './place.ts';
import { type LedgerSettings, settingsFile } from './settings.ts';

/**
 * Makes a ledger: keys first, then an empty log with a signed checkpoint.
 *
 * @param options.origin its name; one that is unique enough for one organisation where absent
 * @param options.given the signing key, where there is one already
 * @throws DemarcError `DMC_LEDGER_EXISTS`, `DMC_USAGE`
 */
export async function makeLedger(
  place: LedgerPlace,
  options: {
    readonly origin?: string | undefined;
    readonly given?: { readonly text: string; readonly signer: Signer } | undefined;
    readonly settings: LedgerSettings;
  },
): Promise<{ readonly origin: string; readonly vkey: string }> {
  const { given, settings } = options;
  const origin = options.origin ?? given?.signer.verifier.name ?? defaultOrigin(place.directory);
  if (!isKeyName(origin))
    throw new DemarcError('DMC_USAGE', `\`${origin}\` cannot be the origin of a ledger`, {
      hint: 'a name like `example.com/agents`, without white space and `+`',
    });
  if (await isLedger(place))
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
  await createLog(await logParts(place, signer), place.context.clock.now());
  return { origin, vkey };
}

/** Whether the folder holds a ledger already; one in an object store is found when its checkpoint is made. */
export async function isLedger({ files, directory }: LedgerPlace): Promise<boolean> {
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
