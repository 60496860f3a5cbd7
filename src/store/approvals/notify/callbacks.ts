import { z } from 'zod';
import { limits } from '../../../base/limits.ts';
import type { Clock, Http } from '../../../base/ports.ts';
import type { Answered, ApprovalStore } from '../approval-store.ts';
import type { Approver, Verdict } from '../approver.ts';
import type { ApprovalChannel } from '../approval.ts';
import { isFromSlack, isSignedWebhook, type RequestHeaders } from './signatures.ts';
import { slackActions } from './slack-message.ts';

/** Who answers by Slack: ids of its users, each a person of the identity provider. Nobody else can. */
export type SlackPeople = ReadonlyMap<string, Approver>;

/** A system that answers for people it knows. */
export interface WebhookCaller {
  readonly secret: string;
  /** The identity provider whose people it may name. */
  readonly issuer: string;
  /** The roles they then have. */
  readonly roles: readonly string[];
}

export interface CallbackParts {
  readonly store: Pick<ApprovalStore, 'answer'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly http: Http;
  readonly slack?: { readonly signingSecret: string; readonly people: SlackPeople } | undefined;
  /** By name: the last part of the path. */
  readonly webhooks: ReadonlyMap<string, WebhookCaller>;
}

export interface CallbackRequest {
  /** `slack`, or `webhook/<name>`. */
  readonly path: string;
  readonly headers: RequestHeaders;
  readonly body: Uint8Array;
}

export interface CallbackAnswer {
  readonly status: 200 | 400 | 401 | 403 | 404 | 409 | 413;
  /** Plain text. */
  readonly body: string;
}

const slackPayload = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string() }),
  actions: z.array(z.object({ action_id: z.string(), value: z.string() })).length(1),
  response_url: z.string().optional(),
});

const webhookPayload = z.strictObject({
  approval: z.string(),
  decision: z.enum(['approve', 'deny']),
  reason: z.string().max(limits.approvalReasonLengthMax).default(''),
  argsDigest: z.string(),
  subject: z.string().min(1).max(limits.subjectLengthMax),
});

/**
 * Takes answers that other systems hand on, signed. Signatures are checked before anything is read; a request that is sent
 * again changes nothing, because the first answer to an approval stands.
 */
export class Callbacks {
  readonly #parts: CallbackParts;

  constructor(parts: CallbackParts) {
    this.#parts = parts;
  }

  async handle(request: CallbackRequest): Promise<CallbackAnswer> {
    if (request.body.length > limits.approvalAnswerBytesMax) return { status: 413, body: 'too large' };
    if (request.path === 'slack') return this.#slack(request);
    const name = request.path.startsWith('webhook/') ? request.path.slice('webhook/'.length) : '';
    const caller = this.#parts.webhooks.get(name);
    return caller === undefined ? { status: 404, body: 'not found' } : this.#webhook(request, caller);
  }

  async #slack({ headers, body }: CallbackRequest): Promise<CallbackAnswer> {
    const { slack, clock } = this.#parts;
    if (slack === undefined) return { status: 404, body: 'not found' };
    if (!isFromSlack(headers, body, slack.signingSecret, clock.now())) return unsigned;
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
    const parsed = slackPayload.safeParse(parse(form.get('payload') ?? ''));
    const action = parsed.data?.actions[0];
    const decision =
      action?.action_id === slackActions.approve
        ? 'approve'
        : action?.action_id === slackActions.deny
          ? 'deny'
          : undefined;
    if (parsed.data === undefined || action === undefined || decision === undefined) return unread;
    const approver = slack.people.get(parsed.data.user.id);
    const [id = '', argsDigest = ''] = action.value.split(' ');
    const answer =
      approver === undefined
        ? ({ status: 403, body: 'You are not known as an approver here: open the link to answer.' } as const)
        : await this.#answer(id, approver, { decision, reason: '', argsDigest }, 'slack');
    await this.#reply(parsed.data.response_url, answer.body);
    // Slack takes anything else for a failure of the app; the person is told by the reply.
    return { status: 200, body: '' };
  }

  /** Tells the person in Slack; the address is Slack's own, or nobody is told. */
  async #reply(url: string | undefined, text: string): Promise<void> {
    if (url === undefined || !url.startsWith('https://hooks.slack.com/')) return;
    const body = Buffer.from(JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }));
    const headers = { 'content-type': 'application/json' };
    await this.#parts.http
      .send({ method: 'POST', url, headers, body, timeoutMs: 3_000, responseBytesMax: 64 * 1024 })
      .catch(() => undefined);
  }

  async #webhook({ headers, body }: CallbackRequest, caller: WebhookCaller): Promise<CallbackAnswer> {
    if (!isSignedWebhook(headers, body, caller.secret, this.#parts.clock.now())) return unsigned;
    const parsed = webhookPayload.safeParse(parse(Buffer.from(body).toString('utf8')));
    if (!parsed.success) return unread;
    const { approval, decision, reason, argsDigest, subject } = parsed.data;
    const approver = { person: { issuer: caller.issuer, subject, groups: [] }, roles: caller.roles };
    return this.#answer(approval, approver, { decision, reason, argsDigest }, 'webhook');
  }

  async #answer(id: string, approver: Approver, verdict: Verdict, channel: ApprovalChannel): Promise<CallbackAnswer> {
    return said(await this.#parts.store.answer(id, approver, verdict, channel));
  }
}

const unsigned: CallbackAnswer = { status: 401, body: 'the signature does not fit' };
const unread: CallbackAnswer = { status: 400, body: 'not an answer to an approval' };

function said(answered: Answered): CallbackAnswer {
  if (answered.kind === 'answered') return { status: 200, body: `It is ${answered.approval.state}.` };
  switch (answered.reason) {
    case 'approval.unknown':
      return { status: 404, body: 'There is no such approval.' };
    case 'approval.settled':
      return { status: 409, body: 'It was answered before, or it expired.' };
    case 'approver.no-reason':
      return { status: 400, body: 'To approve this, say why.' };
    case 'approver.no-role':
    case 'approver.same-person':
    case 'approver.other-issuer':
    case 'approver.other-arguments':
      return { status: 403, body: `This answer does not count (${answered.reason}).` };
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
