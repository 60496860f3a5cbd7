import { resolve } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import { formatRfc3339 } from '../../../base/rfc3339.ts';
import { type ApiKeyRecord, ApiKeys } from '../../../gateway/identify/api-keys.ts';
import { idOfKey } from '../../../gateway/identify/api-key-format.ts';
import { type Context, printJson } from '../../context.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import { parseInstant, parseLength } from '../ledger/instant.ts';
import type { KeyCreateFlags, KeyListFlags, KeyRevokeFlags } from './key.ts';

/**
 * Runs `demarc gateway key create`: the key alone goes to standard output, so that it can be piped to where it is used.
 *
 * @throws DemarcError `DMC_USAGE`, `DMC_IDENTITY`
 * @returns 0
 */
export async function runKeyCreate(context: Context, flags: KeyCreateFlags): Promise<number> {
  const { agent, role: roles = [], person, issuer, expires } = flags;
  const expiresMs = expires === undefined ? undefined : parseEnd(expires, context.clock.now());
  const { text, record } = await keysOf(context, flags.directory).create(
    { agent, roles, person, issuer, expiresMs },
    cryptoRandom,
  );
  if (flags.format === 'json') {
    printJson(context, { key: text, ...shown(record) });
    return 0;
  }
  context.process.stdout.write(`${text}\n`);
  const until = record.expires === undefined ? 'until it is revoked' : `until ${record.expires}`;
  context.process.stderr.write(`key ${record.id} of ${agent}, ${until}; it is not shown again\n`);
  return 0;
}

/** Runs `demarc gateway key list`. @returns 0 */
export async function runKeyList(context: Context, flags: KeyListFlags): Promise<number> {
  const now = context.clock.now();
  const keys = await keysOf(context, flags.directory).list();
  const print = (line: string): void => context.process.stdout.write(`${line}\n`);
  if (flags.format === 'json') {
    printJson(
      context,
      keys.map((key) => ({ ...shown(key), expired: hasEnded(key.expires, now) })),
    );
    return 0;
  }
  for (const key of keys) {
    const end =
      key.expires === undefined ? 'no end' : `${hasEnded(key.expires, now) ? 'ended' : 'ends'} ${key.expires}`;
    const at = key.issuer === undefined ? '' : `${key.issuer}#`;
    const person = key.person === undefined ? [] : [`for ${at}${key.person}`];
    const roles = key.roles.length === 0 ? 'no roles' : key.roles.join(' ');
    print([key.id, key.agent, ...person, roles, `since ${key.created}`, end].join('  '));
  }
  if (keys.length === 0) print('no API keys');
  return 0;
}

/** What of a key is shown: never its hash. */
function shown({ id, agent, roles, person, issuer, created, expires }: ApiKeyRecord): object {
  return { id, agent, roles, person, issuer, created, expires };
}

/** Runs `demarc gateway key revoke`. @param given the id, or the whole key @throws DemarcError `DMC_UNKNOWN_ID` @returns 0 */
export async function runKeyRevoke(context: Context, flags: KeyRevokeFlags, given: string): Promise<number> {
  const id = idOfKey(given) ?? given;
  if (!(await keysOf(context, flags.directory).revoke(id)))
    throw new DemarcError('DMC_UNKNOWN_ID', `there is no API key with the id \`${id.slice(0, 11)}\``, {
      hint: '`demarc gateway key list` lists them',
    });
  context.process.stdout.write(`revoked ${id}\n`);
  return 0;
}

function keysOf(context: Context, directory: string): ApiKeys {
  return new ApiKeys(resolve(context.environment.workingDirectory, directory), {
    files: nodeKeyFiles(nodeDurableFiles(), context.environment.platform),
    clock: context.clock,
    tell: (problem) => context.process.stderr.write(`${problem}\n`),
  });
}

/** An age is so much ahead here: `90d` is in 90 days. */
function parseEnd(text: string, now: number): number {
  const length = parseLength(text);
  const end = length === undefined ? parseInstant(text, now) : now + length;
  if (end > now && end <= endMsMax) return end;
  throw new DemarcError('DMC_USAGE', `a key cannot end at \`${text}\``, {
    hint: 'write when it is to end: 90d, 12h, or a date ahead',
  });
}

const endMsMax = Date.parse('9999-12-31T23:59:59.999Z');

function hasEnded(expires: string | undefined, now: number): boolean {
  return expires !== undefined && expires <= formatRfc3339(now);
}
