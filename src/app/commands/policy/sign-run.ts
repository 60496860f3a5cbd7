import { join, resolve } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import type { DurableFiles, Random } from '../../../base/ports.ts';
import { digestOf } from '../../../decide/policy-set.ts';
import { formatSignerKey, formatVerifierKey, parseSignerKey } from '../../../ledger/note.ts';
import type { Context } from '../../context.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { signatureFile, signSet } from '../../policy/bundle.ts';
import { readSetFolder } from '../../policy/read-set.ts';
import type { SignFlags } from './commands.ts';

/** Runs `demarc policy sign`. @returns 0 */
export async function runSign(
  context: Context,
  flags: SignFlags,
  name: string,
  keyFiles: Pick<DurableFiles, 'create' | 'read'> = nodeDurableFiles(),
  random: Random = cryptoRandom,
): Promise<number> {
  const folder = resolve(context.environment.workingDirectory, name);
  const keyPath = resolve(context.environment.workingDirectory, flags.key);
  const set = readSetFolder(context.files, folder, name);
  if (set.files.length === 0) throw new DemarcError('DMC_POLICY', `\`${name}\` holds no \`.cedar\` file`);
  if (flags.newKey !== undefined) {
    const made = await keyFiles.create(
      keyPath,
      Buffer.from(`${formatSignerKey(flags.newKey, random.bytes(32))}\n`),
      0o600,
    );
    if (!made)
      throw new DemarcError('DMC_POLICY', `\`${flags.key}\` is there already`, { hint: 'leave out --new-key' });
  }
  const key = await keyFiles.read(keyPath);
  if (key === undefined)
    throw new DemarcError('DMC_POLICY', `\`${flags.key}\` is not there`, { hint: '--new-key <name> makes a key' });
  const signer = parseSignerKey(Buffer.from(key).toString('utf8'));
  const digest = digestOf(set);
  context.writer.write(join(folder, signatureFile), signSet(digest, context.clock.now(), signer));
  context.process.stdout.write(`${digest}\nsigned; the public key is\n${formatVerifierKey(signer.verifier)}\n`);
  return 0;
}
