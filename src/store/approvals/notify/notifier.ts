import { messageOf } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import type { Clock, Http, HttpResponse, Random, Timer } from '../../../base/ports.ts';
import { formatRfc3339 } from '../../../base/rfc3339.ts';
import { approvalJson } from '../page/approval-json.ts';
import type { Approval } from '../approval.ts';
import { webhookHeaders } from './signatures.ts';
import { slackMessage } from './slack-message.ts';

/** Where new approvals are told. URLs come from the settings only. */
export type NotifyChannel =
  | {
      readonly kind: 'slack';
      readonly name: string;
      /** Incoming webhook; it is a secret. */
      readonly url: string;
      readonly includesPayload: boolean;
      readonly hasButtons: boolean;
    }
  | {
      readonly kind: 'webhook';
      readonly name: string;
      readonly url: string;
      readonly secret: string;
      readonly includesPayload: boolean;
    };

export interface NotifierParts {
  readonly channels: readonly NotifyChannel[];
  readonly http: Http;
  readonly clock: Pick<Clock, 'now'>;
  readonly timer: Timer;
  readonly random: Random;
  readonly urlOf: (id: string) => string;
  /** Told when a message is given up. The reason holds no URL. */
  readonly onFailure: (channel: string, approval: string, reason: string) => void;
}

const timeoutMs = 10_000;
const answerBytesMax = 64 * 1024;
const delayMs = 500;
const delayMsMax = 60_000;

/** Tells channels of approvals that wait. It holds up no call: the approval is there whether a message arrives or not. */
export class Notifier {
  readonly #parts: NotifierParts;
  readonly #sending = new Set<Promise<void>>();

  constructor(parts: NotifierParts) {
    this.#parts = parts;
  }

  /** Sends to every channel, in the background. */
  notify(approval: Approval): void {
    for (const channel of this.#parts.channels) {
      if (this.#sending.size >= limits.notificationsMax) {
        this.#parts.onFailure(channel.name, approval.id, 'too many messages are under way');
        continue;
      }
      const sending = this.#deliver(channel, approval).finally(() => this.#sending.delete(sending));
      this.#sending.add(sending);
    }
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await Promise.all(this.#sending);
  }

  async #deliver(channel: NotifyChannel, approval: Approval): Promise<void> {
    const { timer, clock, onFailure } = this.#parts;
    let reason = '';
    for (let attempt = 1; attempt <= limits.notificationAttemptsMax; attempt++) {
      // Nobody can answer it any more.
      if (clock.now() >= approval.expiresMs) return onFailure(channel.name, approval.id, reason || 'it expired');
      const result = await this.#attempt(channel, approval);
      if (result === 'taken') return;
      reason = result.reason;
      if (!result.again) break;
      if (attempt < limits.notificationAttemptsMax) await timer.wait(this.#delayMs(attempt, result.afterMs));
    }
    onFailure(channel.name, approval.id, reason);
  }

  async #attempt(
    channel: NotifyChannel,
    approval: Approval,
  ): Promise<'taken' | { readonly reason: string; readonly again: boolean; readonly afterMs?: number | undefined }> {
    const { body, headers } = this.#messageOf(channel, approval);
    let answer: HttpResponse;
    try {
      answer = await this.#parts.http.send({
        method: 'POST',
        url: channel.url,
        headers: { 'content-type': 'application/json', ...headers },
        body,
        timeoutMs,
        responseBytesMax: answerBytesMax,
      });
    } catch (thrown) {
      return { reason: messageOf(thrown).replaceAll(channel.url, '***'), again: true };
    }
    const { status } = answer;
    if (status >= 200 && status < 300) return 'taken';
    const seconds = Number(answer.headers['retry-after'] ?? Number.NaN);
    return {
      reason: `status ${status}`,
      again: status === 429 || status >= 500 || status === 408,
      afterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined,
    };
  }

  #messageOf(channel: NotifyChannel, approval: Approval): { body: Uint8Array; headers: Record<string, string> } {
    const { urlOf, clock } = this.#parts;
    const url = urlOf(approval.id);
    if (channel.kind === 'slack')
      return { body: Buffer.from(JSON.stringify(slackMessage(approval, { ...channel, url }))), headers: {} };
    const { args, doubted, ...withheld } = approvalJson(approval, url);
    const message = {
      type: 'approval.requested',
      timestamp: formatRfc3339(approval.createdMs),
      data: channel.includesPayload ? { ...withheld, args, doubted } : withheld,
    };
    const body = Buffer.from(JSON.stringify(message));
    return { body, headers: { ...webhookHeaders(approval.id, body, channel.secret, clock.now()) } };
  }

  /** Exponential with full jitter; what the other side asks for stands, within a limit. */
  #delayMs(attempt: number, askedMs: number | undefined): number {
    if (askedMs !== undefined) return Math.min(Math.max(askedMs, delayMs), delayMsMax);
    const fraction = Buffer.from(this.#parts.random.bytes(4)).readUInt32BE(0) / 2 ** 32;
    return Math.round(delayMs + fraction * (Math.min(delayMs * 2 ** attempt, delayMsMax) - delayMs));
  }
}
