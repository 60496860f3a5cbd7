import { DemarcError } from '../../../base/errors.ts';
import { formatRfc3339 } from '../../../base/rfc3339.ts';
import { RevocationOrders } from '../../../gateway/identify/revocation-orders.ts';
import type { Revocation } from '../../../gateway/identify/revocations.ts';
import { readRevocations } from '../../../gateway/identify/stored-revocations.ts';
import { visibleText } from '../../../store/approvals/visible-text.ts';
import { type Context, printJson } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { revocationPlaces, stateFolderOf } from '../../gateway/state-folder.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import type { RevokeFlags } from './revoke.ts';
import { personOf, unknownIssuer } from './token-run.ts';

/**
 * Runs `demarc gateway revoke`.
 *
 * @returns 0
 * @throws DemarcError `DMC_USAGE`, `DMC_IDENTITY`, and what reading the configuration throws
 */
export async function runRevoke(context: Context, flags: RevokeFlags): Promise<number> {
  const { environment, clock } = context;
  const config = readGatewayConfig(context, flags.config);
  const places = revocationPlaces(stateFolderOf(environment, config));
  const files = nodeDurableFiles();
  const say = (line: string): void => context.process.stdout.write(`${line}\n`);
  const named = revocationsOf(flags);
  const [what] = named;
  if (named.length > 1 || (what === undefined && flags.lift))
    throw new DemarcError('DMC_USAGE', 'name one thing: --run, --agent, --person, --credential or --all');
  if (what === undefined) {
    const kept = readRevocations((await files.read(places.file)) ?? new Uint8Array(), places.file).all();
    if (flags.format === 'json') {
      printJson(
        context,
        kept.map(({ revocation, sinceMs }) => ({ ...revocation, since: formatRfc3339(sinceMs) })),
      );
      return 0;
    }
    for (const { revocation, sinceMs } of kept) say(`${describe(revocation)}  since ${formatRfc3339(sinceMs)}`);
    if (kept.length === 0) say(`Nothing is revoked (${places.file}).`);
    return 0;
  }
  const { USER, LOGNAME, USERNAME } = environment.variables;
  const by = USER ?? LOGNAME ?? USERNAME ?? '';
  const at = formatRfc3339(clock.now());
  const order = { what, lift: flags.lift, reason: flags.reason, by, at };
  await new RevocationOrders(files, places.orders).leave(order, cryptoRandom);
  if (flags.format === 'json') printJson(context, order);
  else say(`${flags.lift ? 'To be lifted' : 'To be revoked'}: ${describe(what)}; a gateway that runs does it at once`);
  const doubt = flags.lift || !('issuer' in what) ? undefined : unknownIssuer(what.issuer, config.settings.identity);
  // It is revoked all the same: an API key may name any issuer.
  if (doubt !== undefined) context.process.stderr.write(`${doubt.message}: ${doubt.hint ?? ''}\n`);
  return 0;
}

function revocationsOf({ run, agent, person, credential, all }: RevokeFlags): Revocation[] {
  const found: Revocation[] = [];
  if (run !== undefined) found.push({ kind: 'run', run });
  if (agent !== undefined) found.push({ kind: 'agent', agent });
  if (person !== undefined) {
    const { issuer, subject } = personOf(person);
    found.push({ kind: 'person', issuer, subject });
  }
  if (credential !== undefined) {
    const { issuer, subject: id } = personOf(credential);
    found.push({ kind: 'credential', issuer, id });
  }
  if (all) found.push({ kind: 'all' });
  return found;
}

function describe(revocation: Revocation): string {
  switch (revocation.kind) {
    case 'all':
      return 'everything issued until then';
    case 'run':
      return `run ${visibleText(revocation.run)}`;
    case 'agent':
      return `agent ${visibleText(revocation.agent)}`;
    case 'person':
      return `person ${visibleText(`${revocation.issuer}#${revocation.subject}`)}`;
    case 'credential':
      return `credential ${visibleText(`${revocation.issuer}#${revocation.id}`)}`;
  }
}
