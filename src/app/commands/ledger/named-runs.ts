import { namedRun, namedRunPrefix } from '../../../gateway/identify/run-of.ts';
import type { Who } from '../../../model/principal.ts';
import { ownersOfRuns, type RunOwner, type RunSummary, runsAmong } from '../../../store/index/queries.ts';
import type { KeyStore } from '../../../store/keys/key-store.ts';
import { personIn } from '../gateway/token-run.ts';
import type { IndexedLedger } from './open-index.ts';

/**
 * Runs that clients of a gateway call so, newest first. The ledger has a digest of the name and of whose run it is: it is made
 * again for everybody who had such runs. Of people only whom the keys name are known.
 */
export async function runsCalled({ index, ledger }: IndexedLedger, name: string): Promise<readonly RunSummary[]> {
  const ids: string[] = [];
  for (const owner of await ownersOfRuns(index.sql, namedRunPrefix)) {
    const who = await whoIs(owner, ledger.keys);
    if (who !== undefined) ids.push(namedRun(who, name));
  }
  return runsAmong(index.sql, ids);
}

async function whoIs({ agent, subject }: RunOwner, keys: KeyStore | undefined): Promise<Who | undefined> {
  if (subject === undefined) return { agent };
  const named = await keys?.personBehind(subject);
  // People whom no gateway recorded have names of any form.
  const person = named?.state === 'known' ? personIn(named.name) : undefined;
  return person === undefined ? undefined : { agent, person };
}
