import { DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import { type Stopped, unpack } from '../../collect/logs/unpack.ts';
import { linesOf } from '../lines.ts';
import { type RecordedRun, recordedRun } from './recorded-run.ts';

/** A line that is no run, or the place where reading ended early. */
export interface RunGap {
  readonly line: number;
  readonly reason: string;
}

/** Reads recorded runs one by one; what cannot be read is a gap, and the others go on. */
export async function* readRuns(input: AsyncIterable<Uint8Array>): AsyncGenerator<RecordedRun | RunGap> {
  const stopped: Stopped[] = [];
  let number = 0;
  for await (const line of linesOf(bytesOf(unpack(input), stopped), limits.replayRunBytesMax)) {
    number = line.number;
    if ('tooLong' in line) yield { line: number, reason: `longer than ${limits.replayRunBytesMax} bytes` };
    else {
      const text = Buffer.from(line.bytes).toString('utf8').trim();
      if (text !== '') yield readRun(text, number);
    }
  }
  for (const { reason } of stopped) yield { line: number + 1, reason };
}

export function isRunGap(read: RecordedRun | RunGap): read is RunGap {
  return 'reason' in read;
}

function readRun(text: string, line: number): RecordedRun | RunGap {
  try {
    const parsed = recordedRun.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    return { line, reason: `${issue?.path.join('.') || 'run'}: ${issue?.message ?? 'invalid'}` };
  } catch (thrown) {
    if (thrown instanceof DemarcError) throw thrown;
    return { line, reason: messageOf(thrown) };
  }
}

async function* bytesOf(pieces: AsyncIterable<Uint8Array | Stopped>, stopped: Stopped[]): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else stopped.push(piece);
  }
}
