import { DemarcError, messageOf } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import type { Context } from '../../context.ts';
import { type OpenLedger, openForWriting } from '../../ledger/open-for-writing.ts';
import { ledgerPlace } from '../../ledger/place.ts';
import { type Line, linesOf } from '../../lines.ts';
import { inputUntil } from '../../until-stopped.ts';
import { Answers } from './answers.ts';
import type { AppendFlags } from './append.ts';

/**
 * Runs `demarc ledger append`: JSON events from standard input, one a line; one `{index, leaf}` line for each that is
 * recorded, in their order. Ends with the input, or on SIGINT or SIGTERM after what was read is durable.
 *
 * @returns 0 when every line was recorded, 1 when some were refused
 */
export async function runLedgerAppend(context: Context, flags: AppendFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory, flags.keys);
  const ledger = await openForWriting(place, {
    keyFile: flags.key,
    source: flags.source,
    acceptMissingWal: flags.acceptMissingWal,
  });
  const { recovery } = ledger.writer;
  const tell = (text: string): void => context.process.stderr.write(`${text}\n`);
  if (recovery.entries > 0) tell(`recovered ${recovery.entries} durable events of an earlier writer`);
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  process.once('SIGINT', abort).once('SIGTERM', abort);
  const beating = startHeartbeat(ledger, flags.heartbeat, tell);
  ledger.writer.onStop(abort);
  const appending = new Appending(context, flags, ledger, abort);
  try {
    for await (const line of linesOf(inputUntil(stop.signal, context.process.stdin), limits.eventLineBytesMax)) {
      // What was cut off is no line: its sender has no answer, and knows.
      if (stop.signal.aborted && !line.ended) break;
      await appending.take(line);
    }
    await appending.end();
    if (ledger.writer.failure !== undefined) throw ledger.writer.failure;
    await ledger.close();
  } catch (thrown) {
    await ledger.close().catch(() => undefined);
    throw thrown;
  } finally {
    process.off('SIGINT', abort).off('SIGTERM', abort);
    clearInterval(beating);
  }
  return appending.refused > 0 ? 1 : 0;
}

/** Bytes of lines that are read and not durable: the queue of the writer takes them sealed, which is longer. */
const bytesInFlightMax = limits.ledgerQueueBytesMax / 4;

/** Lines on their way to the ledger: many at a time, answered in order. */
class Appending {
  readonly #context: Context;
  readonly #flags: AppendFlags;
  readonly #ledger: OpenLedger;
  readonly #onFailure: () => void;
  readonly #answers: Answers;
  /** Answers of lines that were read, oldest first. */
  readonly #pending: Promise<string>[] = [];
  #pendingBytes = 0;
  #ready: string[] = [];
  #draining: Promise<void> | undefined;
  #failure: { readonly thrown: unknown } | undefined;
  refused = 0;

  /** @param onFailure called when an event cannot be recorded for a reason that is not its own */
  constructor(context: Context, flags: AppendFlags, ledger: OpenLedger, onFailure: () => void) {
    this.#context = context;
    this.#flags = flags;
    this.#ledger = ledger;
    this.#onFailure = onFailure;
    this.#answers = new Answers(context);
  }

  async take(line: Line): Promise<void> {
    if ('bytes' in line && line.bytes.every((byte) => byte === 32 || byte === 9 || byte === 13)) return;
    const answer = this.#record(line);
    // Handled when its turn comes; until then it must not count as unhandled.
    answer.catch(() => undefined);
    this.#pending.push(answer);
    this.#pendingBytes += 'bytes' in line ? line.bytes.length : 0;
    this.#draining ??= this.#drain();
    if (this.#pending.length >= limits.eventsInFlightMax || this.#pendingBytes >= bytesInFlightMax) await this.end();
  }

  /** Resolves when all that was taken is answered. */
  async end(): Promise<void> {
    await this.#draining;
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  async #drain(): Promise<void> {
    try {
      for (let next = this.#pending[0]; next !== undefined; next = this.#pending[0]) {
        const answer = await next.finally(() => this.#pending.shift());
        if (answer !== '') this.#ready.push(answer);
        if (this.#pending.length === 0 || this.#ready.length >= 256) await this.#flush();
      }
      this.#pendingBytes = 0;
    } catch (thrown) {
      this.#failure = { thrown };
      this.#onFailure();
      await this.#flush();
    }
    this.#draining = undefined;
  }

  async #flush(): Promise<void> {
    const ready = this.#ready;
    this.#ready = [];
    if (ready.length > 0) await this.#answers.write(ready.join(''));
  }

  /** @returns the line to print; empty when the event was refused, which was told */
  async #record(line: Line): Promise<string> {
    const event = this.#parse(line);
    if (event === undefined) return '';
    try {
      const { index, leaf } = await this.#ledger.recorder.record(event, this.#flags.mode);
      return `{"index":${index},"leaf":"${Buffer.from(leaf).toString('base64')}"}\n`;
    } catch (thrown) {
      // What is wrong with one event ends with it; what is wrong with the ledger ends the command.
      if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_EVENT_INVALID') throw thrown;
      this.#refuse(line, thrown.message);
      return '';
    }
  }

  #parse(line: Line): ReturnType<typeof parseEventInput>['input'] | undefined {
    if ('tooLong' in line) return this.#refuse(line, `${line.tooLong} bytes, more than ${limits.eventLineBytesMax}`);
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line.bytes));
    } catch (thrown) {
      // The parser's message may quote the line.
      return this.#refuse(line, thrown instanceof SyntaxError ? 'not JSON' : `not JSON: ${messageOf(thrown)}`);
    }
    const { input, problems } = parseEventInput(value, this.#context.clock.now());
    if (problems.length === 0) return input;
    if (this.#flags.strict) return this.#refuse(line, problems.join('; '));
    this.#context.process.stderr.write(`line ${line.number}: recorded, but ${problems.join('; ')}\n`);
    return input;
  }

  #refuse(line: Line, why: string): undefined {
    this.refused++;
    this.#context.process.stderr.write(`line ${line.number}: not recorded: ${why}\n`);
  }
}

/** Silence in a log without heartbeats says nothing; with them it is a gap. */
function startHeartbeat(
  { recorder, writer }: OpenLedger,
  seconds: number,
  tell: (why: string) => void,
): ReturnType<typeof setInterval> | undefined {
  if (seconds === 0) return undefined;
  const beat = (): void =>
    void recorder.beat().catch((thrown: unknown) => {
      if (writer.failure === undefined) tell(`no heartbeat: ${messageOf(thrown)}`);
    });
  return setInterval(beat, seconds * 1000).unref();
}
