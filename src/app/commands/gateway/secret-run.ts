import { join, resolve } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import type { CredentialStore } from '../../../broker/credential-store.ts';
import { CredentialFault } from '../../../broker/fault.ts';
import { SealedFolder } from '../../../broker/sealed-folder.ts';
import { secretNameShape } from '../../../model/secret-reference.ts';
import { type Context, printJson } from '../../context.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import { userStateFolder } from '../../user-folders.ts';
import type { SecretFlags, SecretListFlags } from './secret.ts';

/** Secrets say what they are: other things that are nobody's to read lie in the same store. */
const prefix = 'secret ';

/**
 * Opens the local encrypted store of secrets; makes it where there is none.
 *
 * @param folder where it is, when not in the user's state folder
 * @throws DemarcError `DMC_SECRET` when others may read it or its key is damaged
 */
export async function openSecrets(context: Context, folder?: string): Promise<CredentialStore> {
  const { workingDirectory, platform } = context.environment;
  const own = join(userStateFolder(context.environment), 'demarc', 'secrets');
  const path = folder === undefined ? own : resolve(workingDirectory, folder);
  return telling(SealedFolder.open(nodeKeyFiles(nodeDurableFiles(), platform), cryptoRandom, path));
}

/** The secrets of a store by the names that references have. */
export async function readSecrets(store: CredentialStore): Promise<Map<string, string>> {
  const secrets = new Map<string, string>();
  for (const name of await telling(store.names())) {
    const value = name.startsWith(prefix) ? await telling(store.get(name)) : undefined;
    if (value !== undefined) secrets.set(name.slice(prefix.length), Buffer.from(value).toString('utf8'));
  }
  return secrets;
}

/** Keeps a secret under the name that references have. */
export async function keepSecret(store: CredentialStore, name: string, secret: string): Promise<void> {
  await telling(store.put(`${prefix}${name}`, Buffer.from(secret)));
}

/** Runs `demarc gateway secret set`. @returns 0 */
export async function runSecretSet(context: Context, flags: SecretFlags, name: string): Promise<number> {
  checkName(name);
  const secret = (await readSecret(context)).trim();
  if (secret === '')
    throw new DemarcError('DMC_SECRET', 'standard input holds no secret', {
      hint: `demarc gateway secret set ${name} < file`,
    });
  const store = await openSecrets(context, flags.store);
  await keepSecret(store, name, secret);
  context.process.stdout.write(`kept; the configuration refers to it as \`store:${name}\`\n`);
  return 0;
}

/** Runs `demarc gateway secret list`. @returns 0 */
export async function runSecretList(context: Context, flags: SecretListFlags): Promise<number> {
  const names = await telling((await openSecrets(context, flags.store)).names());
  const secrets = names.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
  if (flags.format === 'json') printJson(context, secrets);
  else context.process.stdout.write(secrets.length === 0 ? 'no secret\n' : `${secrets.join('\n')}\n`);
  return 0;
}

/** Runs `demarc gateway secret remove`. @throws DemarcError `DMC_UNKNOWN_ID` @returns 0 */
export async function runSecretRemove(context: Context, flags: SecretFlags, name: string): Promise<number> {
  checkName(name);
  const store = await openSecrets(context, flags.store);
  if ((await telling(store.get(`${prefix}${name}`))) === undefined)
    throw new DemarcError('DMC_UNKNOWN_ID', `there is no secret \`${name}\``);
  await store.remove(`${prefix}${name}`);
  context.process.stdout.write(`destroyed ${name}\n`);
  return 0;
}

function checkName(name: string): void {
  if (secretNameShape.test(name)) return;
  // It could be the secret itself, in the wrong place: it is not repeated.
  throw new DemarcError('DMC_SECRET', 'this is no name of a secret', {
    hint: 'letters, digits and `._/-`; the secret itself comes from standard input',
  });
}

async function readSecret(context: Context): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of context.process.stdin ?? []) {
    bytes += piece.length;
    if (bytes > limits.brokerSecretBytesMax) throw new DemarcError('DMC_SECRET', 'the secret is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What the broker says, as an error for a person. */
async function telling<T>(work: Promise<T>): Promise<T> {
  return work.catch((thrown: unknown) => {
    if (thrown instanceof CredentialFault) throw new DemarcError('DMC_SECRET', thrown.message, { cause: thrown });
    throw thrown;
  });
}
