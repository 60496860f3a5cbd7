import { DemarcError } from '../../../base/errors.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import type { Hold } from '../../../store/keys/holds.ts';
import { type Context, printJson } from '../../context.ts';
import { type OpenLedger, withLedger } from '../../ledger/open-for-writing.ts';
import { ledgerPlace, openKeys } from '../../ledger/place.ts';
import type { EraseFlags, HoldFlags, RotateFlags } from './people.ts';

/** Runs `demarc ledger erase`. @returns 0; also when nothing was kept about the person, which it says */
export async function runLedgerErase(context: Context, flags: EraseFlags, directory: string): Promise<number> {
  return asWriter(context, flags, directory, async ({ recorder }) => {
    const erasures = await recorder.erase({
      subject: flags.subject,
      reason: flags.reason,
      by: whoIs(context, flags.by),
    });
    if (flags.format === 'json') {
      printJson(
        context,
        erasures.map(({ pseudonym, index }) => ({ pseudonym, index })),
      );
      return 0;
    }
    for (const { pseudonym, index } of erasures)
      context.process.stdout.write(
        `erased ${pseudonym}: its keys are destroyed, entry ${index} of the ledger says so\n`,
      );
    context.process.stdout.write(
      erasures.length === 0
        ? 'nothing is kept about this person\n'
        : 'copies of the folder of keys must follow: an erasure is complete when they are gone too\n',
    );
    return 0;
  });
}

/** Runs `demarc ledger hold`: lists, places or releases legal holds; each change is an event. */
export async function runLedgerHold(context: Context, flags: HoldFlags, directory: string): Promise<number> {
  if (flags.subject === undefined && !flags.all && flags.release === undefined)
    return listHolds(context, flags, directory);
  const tell = (facts: object, text: string): void => {
    if (flags.format === 'json') printJson(context, facts);
    else context.process.stdout.write(`${text}\n`);
  };
  return asWriter(context, flags, directory, async (ledger) => {
    const who = whoIs(context, flags.by);
    if (flags.release !== undefined) {
      if (!(await ledger.keys.holds.release(flags.release, who)))
        throw new DemarcError('DMC_UNKNOWN_ID', `there is no legal hold \`${flags.release}\``);
      await recordChange(context, ledger, `legal-hold/${flags.release}`, { change: 'released', who });
      tell({ id: flags.release, released: true }, `released ${flags.release}`);
      return 0;
    }
    if (flags.reason === undefined)
      throw new DemarcError('DMC_USAGE', 'a legal hold needs a reason', { hint: '--reason "matter 2026-17"' });
    const hold = await ledger.keys.hold(flags.subject, flags.reason, who);
    await recordChange(context, ledger, `legal-hold/${hold.id}`, { change: 'placed', ...hold }, flags.subject);
    tell(shown(hold), `placed ${hold.id} on ${flags.subject === undefined ? 'everybody' : 'one person'}`);
    return 0;
  });
}

async function listHolds(context: Context, flags: HoldFlags, directory: string): Promise<number> {
  const holds = await (await openKeys(ledgerPlace(context, directory, flags.keys))).holds.all();
  if (flags.format === 'json') {
    printJson(context, holds.map(shown));
    return 0;
  }
  for (const { id, person, reason, who, since } of holds)
    context.process.stdout.write(
      `${id}  ${person === undefined ? 'everybody' : 'one person'}  since ${since} by ${who}: ${reason}\n`,
    );
  if (holds.length === 0) context.process.stdout.write('no legal hold\n');
  return 0;
}

/** What of a hold is shown: never the person's file. */
function shown({ id, person, reason, who, since }: Hold): object {
  return { id, everybody: person === undefined, reason, who, since };
}

/** Runs `demarc ledger rotate`: new keys for everybody from now on. */
export async function runLedgerRotate(context: Context, flags: RotateFlags, directory: string): Promise<number> {
  return asWriter(context, flags, directory, async (ledger) => {
    const period = await ledger.keys.rotate();
    await recordChange(context, ledger, 'keys', { change: 'rotated', period });
    context.process.stdout.write(`new keys from now on: period ${period}\n`);
    return 0;
  });
}

async function recordChange(
  context: Context,
  { recorder }: OpenLedger,
  reference: string,
  payload: object,
  subject?: string,
): Promise<void> {
  const event = { kind: 'config.change', reference, payload, ...(subject === undefined ? {} : { subject }) };
  await recorder.record(parseEventInput(event, context.clock.now()).input);
}

function asWriter(
  context: Context,
  flags: { readonly key?: string; readonly keys?: string },
  directory: string,
  work: (ledger: OpenLedger) => Promise<number>,
): Promise<number> {
  return withLedger(ledgerPlace(context, directory, flags.keys), { keyFile: flags.key, source: 'cli' }, work);
}

function whoIs({ environment: { variables } }: Context, given: string | undefined): string {
  return given ?? variables['USER'] ?? variables['USERNAME'] ?? 'unknown';
}
