import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { Clock, Http, HttpResponse, Timer } from '../base/ports.ts';
import type { FeedRecord } from './record.ts';
import type { HttpSink, Rejection, SinkHttpRequest, SinkRequest, Verdict } from './sink.ts';

/** What one attempt to deliver records came to. Each record is delivered, rejected or left. */
export interface Attempt {
  readonly delivered: number;
  readonly rejected: readonly Rejection[];
  /** Records among the delivered of which the sink says it rejected some, not which. */
  readonly unnamed: readonly { readonly records: readonly FeedRecord[]; readonly count: number }[];
  readonly left: readonly FeedRecord[];
  /** Why some are left. */
  readonly wait?: { readonly reason: string; readonly afterMs?: number | undefined };
}

export interface SendPorts {
  readonly http: Http;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Milliseconds one request may take. */
  readonly timeoutMs: number;
  readonly stop?: AbortSignal | undefined;
}

type Settled = Exclude<Verdict, { state: 'ask' }>;

/**
 * Sends records to a sink once. Where the sink refuses a request's content, halves of it are sent until the records at
 * fault stand alone; they count as rejected only if the sink took others, now or before: a sink that refuses everything is
 * set up wrongly, and nothing is given up for that.
 *
 * @param accepted whether the sink ever took anything
 */
export async function sendRecords(
  sink: HttpSink,
  records: readonly FeedRecord[],
  ports: SendPorts,
  accepted: boolean,
): Promise<Attempt> {
  const rejected: Rejection[] = [];
  const suspects: Rejection[] = [];
  const unnamed: { records: readonly FeedRecord[]; count: number }[] = [];
  const left: FeedRecord[] = [];
  let delivered = 0;
  let refusals = 0;
  let wait: Attempt['wait'];
  const queue: SinkRequest[] = [];
  const enqueue = (group: readonly FeedRecord[]): void => {
    const made = sink.toRequests(group);
    rejected.push(...made.rejected);
    queue.unshift(...made.requests);
  };
  enqueue(records);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const group = next.records;
    const verdict: Settled =
      refusals >= limits.feedRefusalsMax
        ? { state: 'later', reason: 'the sink refuses too much' }
        : await exchange(sink, next, ports);
    if (verdict.state === 'taken') {
      const gone = new Set([...(verdict.again ?? []), ...(verdict.rejected ?? []).map(({ item }) => item)]);
      delivered += group.length - gone.size - (verdict.unnamed ?? 0);
      rejected.push(...(verdict.rejected ?? []));
      left.push(...(verdict.again ?? []));
      if (verdict.unnamed !== undefined) unnamed.push({ records: group, count: verdict.unnamed });
      if ((verdict.again ?? []).length > 0) wait ??= { reason: 'the sink did not take all events' };
    } else if (verdict.state === 'refused') {
      refusals++;
      if (group.length === 1) suspects.push(...group.map((item) => ({ item, reason: verdict.reason })));
      else {
        const middle = Math.ceil(group.length / 2);
        enqueue(group.slice(middle));
        enqueue(group.slice(0, middle));
      }
    } else {
      left.push(...group, ...queue.splice(0).flatMap((request) => request.records));
      wait = { reason: verdict.reason, ...(verdict.state === 'later' ? { afterMs: verdict.afterMs } : {}) };
    }
  }
  if (suspects.length === 0) return { delivered, rejected, unnamed, left, ...(wait === undefined ? {} : { wait }) };
  if (accepted || delivered > 0)
    return { delivered, rejected: [...rejected, ...suspects], unnamed, left, ...(wait === undefined ? {} : { wait }) };
  const reason = `the sink refuses all events (${suspects[0]?.reason ?? ''})`;
  return {
    delivered,
    rejected,
    unnamed,
    left: [...suspects.map(({ item }) => item), ...left],
    wait: wait ?? { reason },
  };
}

/** One request and its answer, followed up until the sink has said what it means. */
async function exchange(sink: HttpSink, { request, records }: SinkRequest, ports: SendPorts): Promise<Settled> {
  let verdict = await once(sink, request, ports, false, (answer) => sink.judge(answer, records, ports.clock.now()));
  if (verdict.state === 'unauthorised' && sink.authorise !== undefined)
    verdict = await once(sink, request, ports, true, (answer) => sink.judge(answer, records, ports.clock.now()));
  for (let asked = 0; verdict.state === 'ask'; asked++) {
    if (asked === limits.feedAsksMax || ports.stop?.aborted === true)
      return { state: 'later', reason: 'the sink took the events and has not indexed them' };
    await ports.timer.wait(verdict.afterMs, ports.stop);
    const { request: question, judge } = verdict;
    verdict = await once(sink, question, ports, false, judge);
  }
  return verdict;
}

async function once(
  sink: HttpSink,
  request: SinkHttpRequest,
  { http, timeoutMs }: SendPorts,
  fresh: boolean,
  judge: (answer: HttpResponse) => Verdict,
): Promise<Verdict> {
  try {
    const authorised = await sink.authorise?.(http, fresh);
    if (authorised?.state === 'later') return authorised;
    return judge(
      await http.send({
        ...request,
        headers: { ...request.headers, ...authorised?.headers },
        timeoutMs,
        responseBytesMax: limits.feedAnswerBytesMax,
      }),
    );
  } catch (thrown) {
    return { state: 'later', reason: messageOf(thrown) };
  }
}
