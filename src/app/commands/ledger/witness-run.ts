import { DemarcError } from '../../../base/errors.ts';
import { openCheckpoint } from '../../../ledger/checkpoint.ts';
import { parsePolicy } from '../../../ledger/policy.ts';
import { cosignCheckpoint, type WitnessOutcome } from '../../../store/log/witness-client.ts';
import { type Context, printJson } from '../../context.ts';
import { cosignedPath } from '../../ledger/cosigned.ts';
import { ledgerPlace, notFound, readNamed, textOf } from '../../ledger/place.ts';
import { nodeHttp } from '../../node-http.ts';
import type { WitnessFlags } from './witness.ts';

/**
 * Runs `demarc ledger witness`: has the published checkpoint cosigned by the witnesses of a policy, and keeps it beside
 * the log as `checkpoint.cosigned`, which receipts then carry.
 *
 * @returns 0 when the policy is fulfilled, 1 when it is not
 */
export async function runLedgerWitness(context: Context, flags: WitnessFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory);
  const data = await place.logFiles.read('checkpoint');
  if (data === undefined) throw notFound(place);
  const policy = parsePolicy(await readNamed(place, flags.policy, 'policy'));
  const [log] = policy.logs;
  if (log === undefined) throw new DemarcError('DMC_LEDGER_INVALID', 'the policy names no log');
  openCheckpoint(data, log.key);
  const result = await cosignCheckpoint({
    http: nodeHttp(context.environment.variables),
    files: place.logFiles,
    checkpoint: textOf(data),
    policy,
    sizes: new Map(),
    timeoutMs: flags.timeout * 1000,
  });
  if (result.fulfilled)
    await place.files.replace(`${place.directory}/${cosignedPath}`, Buffer.from(result.checkpoint), 0o644);
  if (flags.format === 'json') {
    const witnesses = result.outcomes.map(({ name, ...outcome }) => ({
      name,
      state: outcome.state,
      ...(outcome.state === 'cosigned' ? {} : { reason: outcome.reason }),
    }));
    printJson(context, { fulfilled: result.fulfilled, witnesses });
    return result.fulfilled ? 0 : 1;
  }
  context.process.stdout.write(result.outcomes.map(describe).join(''));
  context.process.stdout.write(
    result.fulfilled
      ? 'the policy is fulfilled: receipts now carry the cosignatures\n'
      : 'the policy is NOT fulfilled\n',
  );
  return result.fulfilled ? 0 : 1;
}

function describe(outcome: WitnessOutcome): string {
  return `${outcome.name}  ${outcome.state}${outcome.state === 'cosigned' ? '' : `: ${outcome.reason}`}\n`;
}
