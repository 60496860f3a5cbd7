import { resolve } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import { formatRfc3339 } from '../../../base/rfc3339.ts';
import { RunTokens, storedRunKey } from '../../../gateway/identify/run-tokens.ts';
import type { IdentitySettings } from '../../../gateway/identify/settings.ts';
import type { Person } from '../../../model/principal.ts';
import { visibleText } from '../../../store/approvals/visible-text.ts';
import { type Context, printJson } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import { parseLength } from '../ledger/instant.ts';
import type { TokenFlags } from './token.ts';

/**
 * Runs `demarc gateway token`: the token alone goes to standard output, so that it can be piped to where it is used.
 *
 * @throws DemarcError `DMC_USAGE`, `DMC_IDENTITY`, `DMC_UNKNOWN_ID`, and what reading the configuration throws
 * @returns 0
 */
export async function runToken(context: Context, flags: TokenFlags): Promise<number> {
  const { settings, folder } = readGatewayConfig(context, flags.config);
  const { origin, 'run-tokens': rules } = settings.identity;
  const keyFile = rules['key-file'];
  if (keyFile === undefined)
    throw new DemarcError('DMC_IDENTITY', 'the gateway makes a key for run tokens of its own at every start', {
      hint: 'name a file in `identity.run-tokens.key-file`, and start the gateway anew: it is made where there is none',
    });
  const unknown = (flags.server ?? []).find((name) => !Object.hasOwn(settings.servers, name));
  if (unknown !== undefined)
    throw new DemarcError('DMC_UNKNOWN_ID', `the configuration has no server \`${unknown}\``, {
      hint: `it has ${Object.keys(settings.servers).join(', ')}`,
    });
  const person = flags.person === undefined ? undefined : personOf(flags.person);
  const problem = person === undefined ? undefined : unknownIssuer(person.issuer, settings.identity);
  if (problem !== undefined) throw problem;
  const files = nodeKeyFiles(nodeDurableFiles(), context.environment.platform);
  const key = await storedRunKey(files, resolve(folder, keyFile), cryptoRandom);
  const tokens = new RunTokens(key, origin, { clock: context.clock, random: cryptoRandom });
  const { token, expiresMs } = await tokens.mint({
    agent: flags.agent,
    run: flags.run,
    roles: flags.role ?? [],
    person,
    servers: flags.server,
    ttlMs: flags.ttl === undefined ? rules['ttl-minutes'] * 60_000 : durationOf(flags.ttl),
  });
  const until = formatRfc3339(expiresMs);
  if (flags.format === 'json') {
    printJson(context, { token, agent: flags.agent, run: flags.run, expires: until });
    return 0;
  }
  context.process.stdout.write(`${token}\n`);
  context.process.stderr.write(
    `run ${flags.run} of ${flags.agent}, until ${until}; end it with: demarc gateway revoke --run ${flags.run}\n`,
  );
  return 0;
}

/** A person, or a credential, as the ledger names them: `<issuer>#<subject>`. @throws DemarcError `DMC_USAGE` */
export function personOf(text: string): Person {
  const person = personIn(text);
  if (person !== undefined) return person;
  throw new DemarcError('DMC_USAGE', `\`${text}\` has no issuer and name`, {
    hint: 'write <issuer>#<name>; the issuer of people of API keys is `local`',
  });
}

/** As `personOf`; undefined where a text has no issuer and name. */
export function personIn(text: string): Person | undefined {
  const cut = text.indexOf('#');
  if (cut <= 0 || cut >= text.length - 1) return undefined;
  return { issuer: text.slice(0, cut), subject: text.slice(cut + 1), groups: [] };
}

/** What to say where the configuration has no such issuer: whoever is named by it would be somebody else, or nobody. */
export function unknownIssuer(issuer: string, { issuers }: Pick<IdentitySettings, 'issuers'>): DemarcError | undefined {
  if (issuer === 'local' || issuers.some((one) => one.issuer === issuer)) return undefined;
  return new DemarcError('DMC_UNKNOWN_ID', `the configuration has no issuer \`${visibleText(issuer)}\``, {
    hint: `it has ${issuers.map((one) => one.issuer).join(', ') || 'none'}; the issuer of people of API keys is \`local\``,
  });
}

function durationOf(text: string): number {
  const length = parseLength(text);
  if (length !== undefined) return length;
  throw new DemarcError('DMC_USAGE', `\`${text}\` is no length of time`, { hint: 'write 90s, 15m or 2h' });
}
