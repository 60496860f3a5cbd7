import { resolve } from 'node:path';
import { DemarcError } from '../../../base/errors.ts';
import { parseCheckpointNote } from '../../../ledger/checkpoint.ts';
import { parseEntry } from '../../../ledger/entry.ts';
import { type LogFiles, readBundle, readEntries } from '../../../ledger/log-files.ts';
import { inclusionProof } from '../../../ledger/proof.ts';
import { tileWidth } from '../../../ledger/tile.ts';
import { TileReader } from '../../../ledger/tile-reader.ts';
import { formatReceipt } from '../../../ledger/tlog-proof.ts';
import type { Context } from '../../context.ts';
import { type LedgerPlace, ledgerPlace, notFound, textOf } from '../../ledger/place.ts';
import { cosignedPath } from '../../ledger/cosigned.ts';
import type { ProveFlags } from './prove.ts';

/** Runs `demarc ledger prove`: writes a receipt that holds the entry itself, so that it is checked without the log. */
export async function runLedgerProve(
  context: Context,
  flags: ProveFlags,
  directory: string,
  event: string,
): Promise<number> {
  const place = ledgerPlace(context, directory);
  const checkpoint = await place.logFiles.read('checkpoint');
  if (checkpoint === undefined) throw notFound(place);
  const { size } = parseCheckpointNote(checkpoint).checkpoint;
  const index = /^\d+$/.test(event) ? Number(event) : await indexOf(place.logFiles, size, event);
  if (index === undefined || index >= size)
    throw new DemarcError('DMC_UNKNOWN_ID', `the ledger's checkpoint covers no event \`${event}\``, {
      hint: 'an index, or the id of an event; new events are covered within seconds',
    });
  const covering = (await cosignedFor(place, index)) ?? textOf(checkpoint);
  const receipt = await receiptOf(place.logFiles, covering, index);
  const path = flags.output ?? `event-${index}.tlog-proof`;
  if (path === '-') context.process.stdout.write(receipt);
  else {
    context.writer.write(resolve(context.environment.workingDirectory, path), receipt);
    context.process.stdout.write(
      `wrote ${path} (${receipt.length} bytes)\ncheck it anywhere: demarc ledger check ${path} --vkey <key>\n`,
    );
  }
  return 0;
}

/** The receipt of an entry: its inclusion proof under a checkpoint, and its bytes as extra data. */
export async function receiptOf(files: LogFiles, checkpoint: string, index: number): Promise<string> {
  const { size } = parseCheckpointNote(checkpoint).checkpoint;
  const [hashes, bundle] = await Promise.all([
    inclusionProof(new TileReader(files, size), index),
    readBundle(files, size, Math.floor(index / tileWidth)),
  ]);
  const extra = bundle[index % tileWidth];
  return formatReceipt({ index, hashes, checkpoint, ...(extra === undefined ? {} : { extra }) });
}

/** The checkpoint that witnesses cosigned last, when it covers the entry. */
export async function cosignedFor({ files, directory }: LedgerPlace, index: number): Promise<string | undefined> {
  const data = await files.read(`${directory}/${cosignedPath}`);
  if (data === undefined) return undefined;
  return parseCheckpointNote(data).checkpoint.size > index ? textOf(data) : undefined;
}

async function indexOf(files: LogFiles, size: number, id: string): Promise<number | undefined> {
  // The text first: taking every entry apart costs a hundred times as much.
  const needle = Buffer.from(`"${id}"`);
  for await (const { index, entry } of readEntries(files, size)) {
    if (!Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).includes(needle)) continue;
    try {
      if (parseEntry(entry).id === id) return index;
    } catch {
      // not an event of ours
    }
  }
  return undefined;
}
