import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../../base/canonical-json.ts';
import { limits } from '../../../base/limits.ts';
import type { Clock } from '../../../base/ports.ts';
import { personKey } from '../../../model/principal.ts';
import type { Approval } from '../approval.ts';
import type { Answered, ApprovalStore } from '../approval-store.ts';
import { type AnswerRefusal, type Approver, hasRole, maySee } from '../approver.ts';
import type { ApprovalSecrets } from '../secrets.ts';
import { approvalJson } from './approval-json.ts';
import { approvalPage, listPage, messagePage, signInPage } from './render.ts';
import { pageHeaders } from './style.ts';

/** One request for a page of approvals, as the gateway's HTTP server has it. */
export interface SiteRequest {
  readonly method: string;
  /** Path below the place of the site: empty, or `/<approval>`. */
  readonly path: string;
  /** Names in lower case; of a name that came twice, both values joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Who looks (`approverOf`): an approver, why it is none, or undefined for whoever proved nothing. */
  readonly viewer: Approver | string | undefined;
}

export interface SiteAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SiteParts {
  readonly store: Pick<ApprovalStore, 'get' | 'list' | 'answer'>;
  readonly secrets: ApprovalSecrets;
  readonly clock: Pick<Clock, 'now'>;
  /** Where the site is, for people: scheme, host, path, without a slash at the end. */
  readonly publicUrl: string;
  /** Whether people have tokens of an identity provider, which a sign-in in front of the site can send. */
  readonly hasSignIn: boolean;
}

/** How long a form may be open. */
const formMs = 60 * 60 * 1000;

const answerJson = z.strictObject({
  decision: z.enum(['approve', 'deny']),
  reason: z.string().default(''),
  argsDigest: z.string(),
});

const refusals: Readonly<Record<AnswerRefusal, string>> = {
  'approval.unknown': 'There is no such approval.',
  'approval.settled': 'It was answered before, or it expired.',
  'approver.no-role': 'You do not have a role that may answer this.',
  'approver.same-person': 'It was asked on your own behalf: somebody else has to approve it (four eyes).',
  'approver.other-issuer':
    'It was asked on behalf of somebody whom another issuer identifies, who may be you: an approver has to be somebody else (four eyes).',
  'approver.no-reason': 'To approve this, say why.',
  'approver.other-arguments': 'You were shown other arguments than those that are asked about.',
};

/** How to sign in, for programs: this page asks for nothing itself. */
const signIn =
  'Sign in to see approvals; without a sign-in proxy, `demarc approvals list` with a key of the gateway shows them: docs/guide/approvals.md says how.';

/**
 * The pages on which people answer, and the same as JSON for `accept: application/json`. HTML is made here without scripts.
 * A form is taken with its token only, and never from another origin; JSON is taken with its content type only, which no
 * form of another site can send.
 */
export class ApprovalSite {
  readonly #parts: SiteParts;
  readonly #origin: string;
  readonly #path: string;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    const { origin, pathname } = new URL(parts.publicUrl);
    this.#origin = origin;
    this.#path = pathname.replace(/\/+$/, '');
  }

  /** Page of an approval, for people. */
  urlOf(id: string): string {
    return `${this.#origin}${this.#path}/${id}`;
  }

  async handle(request: SiteRequest): Promise<SiteAnswer> {
    const { method, path, viewer } = request;
    if (viewer === undefined) return this.#askWho(request);
    if (typeof viewer === 'string') return this.#say(request, 403, 'Not an approver', viewer);
    if (!['GET', 'HEAD', 'POST'].includes(method) || (method === 'POST' && path === ''))
      return this.#say(request, 405, 'Not possible', 'This method is not known here.');
    if (request.body.length > limits.approvalAnswerBytesMax)
      return this.#say(request, 413, 'Too large', 'The answer is too large.');
    if (path === '') return this.#list(request, viewer);
    const approval = /^\/apr-[0-9a-f]{32}$/.test(path) ? await this.#parts.store.get(path.slice(1)) : undefined;
    // Who may not see it is told the same as where there is none.
    if (approval === undefined || !maySee(approval, viewer))
      return this.#say(request, 404, 'Not found', refusals['approval.unknown']);
    return method === 'POST' ? this.#answer(request, viewer, approval) : this.#show(request, viewer, approval, 200);
  }

  /** The same for every path: whether there is such an approval is told to nobody. */
  #askWho(request: SiteRequest): SiteAnswer {
    return wantsJson(request)
      ? json(401, { problem: signIn })
      : html(401, signInPage(`${this.#origin}${this.#path}`, this.#parts.hasSignIn));
  }

  async #list(request: SiteRequest, viewer: Approver): Promise<SiteAnswer> {
    const seen = (await this.#parts.store.list()).filter((approval) => maySee(approval, viewer));
    if (wantsJson(request)) return json(200, { approvals: seen.map((one) => approvalJson(one, this.urlOf(one.id))) });
    return html(
      200,
      listPage(seen, (id) => `${this.#path}/${id}`),
    );
  }

  #show(request: SiteRequest, viewer: Approver, approval: Approval, status: number, problem?: string): SiteAnswer {
    if (wantsJson(request))
      return json(status, {
        ...approvalJson(approval, this.urlOf(approval.id)),
        ...(problem === undefined ? {} : { problem }),
      });
    const isOpen = approval.state === 'pending' && approval.expiresMs > this.#parts.clock.now();
    const form = { action: `${this.#path}/${approval.id}`, token: this.#token(viewer, approval.id), problem };
    return html(status, approvalPage(approval, isOpen && hasRole(approval, viewer) ? form : undefined));
  }

  async #answer(request: SiteRequest, viewer: Approver, approval: Approval): Promise<SiteAnswer> {
    const answer = isJson(request) ? this.#readJson(request) : this.#readForm(request, viewer, approval);
    if (typeof answer === 'string') return this.#show(request, viewer, approval, 400, answer);
    const { channel, decision, reason, argsDigest } = answer;
    const taken = await this.#parts.store.answer(approval.id, viewer, { decision, reason, argsDigest }, channel);
    return this.#answered(request, viewer, approval, taken);
  }

  async #answered(request: SiteRequest, viewer: Approver, before: Approval, taken: Answered): Promise<SiteAnswer> {
    if (taken.kind === 'answered')
      return wantsJson(request)
        ? this.#show(request, viewer, taken.approval, 200)
        : // So that to load the page again is not to answer again.
          { status: 303, headers: { ...pageHeaders, location: `${this.#path}/${before.id}` }, body: '' };
    const now = (await this.#parts.store.get(before.id)) ?? before;
    const status = taken.reason === 'approval.settled' ? 409 : taken.reason === 'approver.no-reason' ? 400 : 403;
    return this.#show(request, viewer, now, status, refusals[taken.reason]);
  }

  #readJson(request: SiteRequest) {
    const body = parse(request.body);
    const parsed = answerJson.safeParse(body);
    if (!this.#isOwn(request)) return 'The answer came from another site.';
    if (!parsed.success)
      return 'The answer is not `{"decision": "approve" | "deny", "reason": text, "argsDigest": text}`.';
    return tooLong(parsed.data.reason) ?? { ...parsed.data, channel: 'command' as const };
  }

  #readForm(request: SiteRequest, viewer: Approver, approval: Approval) {
    const form = new URLSearchParams(Buffer.from(request.body).toString('utf8'));
    const decision = form.get('decision');
    if (!this.#isOwn(request) || !this.#isToken(form.get('token') ?? '', viewer, approval.id))
      return 'The form is too old, or came from another site. Read it again and answer here.';
    if (decision !== 'approve' && decision !== 'deny') return 'The form has no answer.';
    const reason = form.get('reason') ?? '';
    return (
      tooLong(reason) ?? ({ decision, reason, argsDigest: form.get('digest') ?? '', channel: 'page' as const } as const)
    );
  }

  /** Browsers say where a form or a request comes from; what says nothing is no browser, or an old one with the token. */
  #isOwn({ headers }: SiteRequest): boolean {
    const { origin, 'sec-fetch-site': site } = headers;
    return (origin === undefined || origin === this.#origin) && (site === undefined || site === 'same-origin');
  }

  #token(viewer: Approver, id: string, periodsAgo = 0): string {
    const period = Math.floor(this.#parts.clock.now() / formMs) - periodsAgo;
    return this.#parts.secrets.formToken(canonicalJson([personKey(viewer.person), id, period]));
  }

  #isToken(token: string, viewer: Approver, id: string): boolean {
    return [0, 1].some((ago) => isEqual(token, this.#token(viewer, id, ago)));
  }

  #say(request: SiteRequest, status: number, title: string, text: string): SiteAnswer {
    return wantsJson(request) ? json(status, { problem: text }) : html(status, messagePage(title, text));
  }
}

function tooLong(reason: string): string | undefined {
  return reason.length > limits.approvalReasonLengthMax
    ? `The reason is longer than ${limits.approvalReasonLengthMax} characters.`
    : undefined;
}

function wantsJson({ headers }: SiteRequest): boolean {
  return /^application\/json\b/.test(headers['accept'] ?? '');
}

function isJson({ headers }: SiteRequest): boolean {
  return /^application\/json\s*(?:;|$)/.test(headers['content-type'] ?? '');
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function html(status: number, body: string): SiteAnswer {
  return { status, headers: pageHeaders, body };
}

function json(status: number, value: unknown): SiteAnswer {
  const headers = {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  return { status, headers, body: `${JSON.stringify(value)}\n` };
}
