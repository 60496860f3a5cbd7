import { messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Http } from '../../base/ports.ts';
import { type CheckpointNote, parseCheckpointNote } from '../../ledger/checkpoint.ts';
import type { LogFiles } from '../../ledger/log-files.ts';
import { formatNote, type NoteSignature } from '../../ledger/note.ts';
import { checkPolicy, type Policy, type PolicyWitness } from '../../ledger/policy.ts';
import { consistencyProof } from '../../ledger/proof.ts';
import { TileReader } from '../../ledger/tile-reader.ts';
import {
  formatAddCheckpoint,
  parseWitnessAnswer,
  type RefusalReason,
  validCosignatures,
} from '../../ledger/witness.ts';

/** What came of asking one witness. */
export type WitnessOutcome =
  | { readonly name: string; readonly state: 'cosigned'; readonly signatures: readonly NoteSignature[] }
  | { readonly name: string; readonly state: 'refused'; readonly reason: RefusalReason }
  | { readonly name: string; readonly state: 'unreachable'; readonly reason: string };

export interface WitnessRequest {
  readonly http: Http;
  readonly files: LogFiles;
  /** The checkpoint as the log signed it. */
  readonly checkpoint: string;
  /** Its witnesses that have a URL are asked. */
  readonly policy: Policy;
  /** Size each witness cosigned last, by name; kept up to date here. Lost, it costs one more request. */
  readonly sizes: Map<string, number>;
  readonly timeoutMs: number;
}

/**
 * Asks the witnesses of a policy to cosign a checkpoint (C2SP tlog-witness), all at once, and resolves when the quorum is
 * reached or all have answered. Never rejects for what a witness does or does not do.
 *
 * @returns the checkpoint with the cosignatures it got, whether it now fulfils the policy, and what the witnesses asked
 * so far answered
 * @throws DemarcError `DMC_LEDGER_INVALID` when the checkpoint is none
 */
export async function cosignCheckpoint(
  request: WitnessRequest,
): Promise<{ checkpoint: string; fulfilled: boolean; outcomes: readonly WitnessOutcome[] }> {
  const opened = parseCheckpointNote(request.checkpoint);
  const tiles = new TileReader(request.files, opened.checkpoint.size);
  const outcomes: WitnessOutcome[] = [];
  const cosigned = (): CheckpointNote => {
    const added = outcomes.flatMap((outcome) => (outcome.state === 'cosigned' ? outcome.signatures : []));
    return { ...opened, note: { ...opened.note, signatures: [...opened.note.signatures, ...added] } };
  };
  const isFulfilled = (): boolean => checkPolicy(request.policy, cosigned()).fulfilled;
  await new Promise<void>((resolve) => {
    const asked = request.policy.witnesses.map(async (witness) => {
      if (witness.url === undefined) return;
      outcomes.push(await ask(request, opened, tiles, witness, witness.url));
      if (isFulfilled()) resolve();
    });
    void Promise.all(asked).then(() => resolve());
  });
  return { checkpoint: formatNote(cosigned().note), fulfilled: isFulfilled(), outcomes: [...outcomes] };
}

async function ask(
  { http, checkpoint, sizes, timeoutMs }: WitnessRequest,
  opened: CheckpointNote,
  tiles: TileReader,
  { name, key }: PolicyWitness,
  prefix: string,
): Promise<WitnessOutcome> {
  const refused = (reason: RefusalReason): WitnessOutcome => ({ name, state: 'refused', reason });
  const { size } = opened.checkpoint;
  const known = sizes.get(name) ?? 0;
  let oldSize = known <= size ? known : 0;
  try {
    for (let attempt = 1; attempt <= 2; attempt++) {
      const proof = await consistencyProof(tiles, oldSize);
      const response = await http.send({
        method: 'POST',
        url: `${prefix.replace(/\/+$/, '')}/add-checkpoint`,
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: Buffer.from(formatAddCheckpoint({ oldSize, proof, checkpoint })),
        timeoutMs,
        responseBytesMax: limits.witnessAnswerBytesMax,
      });
      const answer = parseWitnessAnswer(response.status, response.headers['content-type'] ?? '', response.body);
      if (answer.kind === 'refused') return refused(answer.reason);
      if (answer.kind === 'cosigned') {
        const signatures = validCosignatures(opened, answer.signatures, key);
        if (signatures.length === 0) return refused('unavailable');
        sizes.set(name, size);
        return { name, state: 'cosigned', signatures };
      }
      sizes.set(name, answer.size);
      if (answer.size > size) return refused('ahead');
      if (answer.size === oldSize) return refused('inconsistent');
      oldSize = answer.size;
    }
    // Two conflicts of different sizes: somebody else is having the same log cosigned just now.
    return refused('request');
  } catch (thrown) {
    return { name, state: 'unreachable', reason: messageOf(thrown) };
  }
}
