import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import type { Person } from '../../../model/principal.ts';
import { ApprovalStore } from '../../../store/approvals/approval-store.ts';
import { ApprovalSecrets } from '../../../store/approvals/secrets.ts';
import { visibleText } from '../../../store/approvals/visible-text.ts';
import { type Context, printJson } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { isStateSqlUsed, openStateSql, stateSecret } from '../../gateway/state-database.ts';
import { stateFolderOf } from '../../gateway/state-folder.ts';
import { cryptoRandom } from '../../ledger/place.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import { nodeTimer } from '../../node-timer.ts';
import { personOf } from '../gateway/token-run.ts';
import type { EraseFlags } from './erase.ts';

const secretFile = 'approvals.key';

/**
 * Runs `demarc approvals erase`.
 *
 * @returns 0 when something was kept, 1 when nothing was
 * @throws DemarcError `DMC_USAGE`, `DMC_DATABASE` (a gateway has it open), and what reading the configuration throws
 */
export async function runErase(context: Context, flags: EraseFlags, name: string): Promise<number> {
  const person = personOf(name);
  const state = stateFolderOf(context.environment, readGatewayConfig(context, flags.config));
  if (!existsSync(join(state, secretFile)))
    throw new DemarcError('DMC_USAGE', `\`${state}\` is the state folder of no gateway that ever ran`);
  const count = isStateSqlUsed(context, state) ? await erase(context, state, person) : 0;
  if (flags.format === 'json') {
    printJson(context, { approvals: count });
    return count === 0 ? 1 : 0;
  }
  const shown = visibleText(`${person.issuer}#${person.subject}`);
  context.process.stdout.write(
    count === 0
      ? `Nothing is kept about ${shown}.\n`
      : `Destroyed what ${count} approval${count === 1 ? '' : 's'} kept about ${shown}; the ledger: demarc ledger erase\n`,
  );
  return count === 0 ? 1 : 0;
}

/** @returns how many approvals were about the person */
async function erase(context: Context, state: string, person: Person): Promise<number> {
  const files = nodeKeyFiles(nodeDurableFiles(), context.environment.platform);
  const sql = await openStateSql(context, state, () => undefined);
  try {
    const store = await ApprovalStore.open({
      sql,
      secrets: new ApprovalSecrets(await stateSecret(files, state, secretFile), cryptoRandom),
      clock: context.clock,
      timer: nodeTimer,
      // What is destroyed has been recorded, and says no more than that it was asked and answered.
      record: () => Promise.reject(new Error('nothing is recorded here')),
    });
    return await store.erase(person);
  } finally {
    await sql.close();
  }
}
