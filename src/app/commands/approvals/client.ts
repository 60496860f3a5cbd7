import { z } from 'zod';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import type { Http, HttpResponse } from '../../../base/ports.ts';
import { type ApprovalState, approvalStates } from '../../../store/approvals/approval.ts';
import type { Context } from '../../context.ts';
import type { ApprovalFlags } from '../approvals.ts';

export const gatewayVariable = 'DEMARC_GATEWAY';
export const tokenVariable = 'DEMARC_GATEWAY_TOKEN';

const timeoutMs = 30_000;
const answerBytesMax = 256 * 1024 * 1024;

/** What of an approval the commands print; the rest is kept for `--format json`. */
const approval = z.looseObject({
  id: z.string(),
  kind: z.string(),
  state: z.enum(approvalStates),
  agent: z.string(),
  run: z.string(),
  server: z.string(),
  name: z.string(),
  args: z.unknown(),
  argsDigest: z.string(),
  doubted: z.array(z.looseObject({ path: z.string(), doubt: z.string().optional(), part: z.string().optional() })),
  policies: z.array(z.string()),
  reasons: z.array(z.string()),
  asked: z.string(),
  expires: z.string(),
  url: z.string(),
  requester: z.looseObject({ issuer: z.string(), subject: z.string() }).optional(),
});
export type ShownApproval = z.infer<typeof approval>;

/** The approvals of a gateway, over HTTP, as the person whose token is in the environment. */
export class ApprovalClient {
  readonly #http: Http;
  readonly #url: string;
  readonly #token: string;

  /** @throws DemarcError `DMC_USAGE` where the gateway or the token is not named, or the token would travel in clear */
  constructor({ environment }: Context, flags: ApprovalFlags, http: Http) {
    const named = flags.gateway ?? environment.variables[gatewayVariable];
    const url = named !== undefined && URL.canParse(named) ? new URL(named) : undefined;
    const token = environment.variables[tokenVariable] ?? '';
    if (url === undefined || !/^https?:$/.test(url.protocol))
      throw new DemarcError('DMC_USAGE', 'the gateway is not named by an http or https URL', {
        hint: `--gateway https://gateway.example/approvals, or ${gatewayVariable}`,
      });
    if (url.protocol === 'http:' && !/^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(url.hostname))
      throw new DemarcError('DMC_USAGE', 'the token would be sent over http, in clear', { hint: 'use https' });
    if (!/^[\x21-\x7e]+$/.test(token))
      throw new DemarcError('DMC_USAGE', 'there is no token to say who you are', {
        hint: `put one into ${tokenVariable}: of your identity provider, with the scope \`demarc.approve\`, or a key that \`demarc gateway key create --agent me --person me --role approver --role demarc.approve\` makes (docs/guide/approvals.md)`,
      });
    this.#http = http;
    this.#url = url.href.replace(/\/+$/, '');
    this.#token = token;
  }

  async list(states?: readonly ApprovalState[]): Promise<readonly ShownApproval[]> {
    const { approvals } = z.object({ approvals: z.array(approval) }).parse(await this.#send('GET', ''));
    return approvals.filter(({ state }) => states === undefined || states.includes(state));
  }

  async show(id: string): Promise<ShownApproval> {
    return approval.parse(await this.#send('GET', pathOf(id)));
  }

  /** Answers for the arguments that this approval asks about, as `show` gave them. */
  async answer(shown: ShownApproval, decision: 'approve' | 'deny', reason: string): Promise<ShownApproval> {
    const answer = { decision, reason, argsDigest: shown.argsDigest };
    return approval.parse(await this.#send('POST', pathOf(shown.id), answer));
  }

  async #send(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    const headers = { accept: 'application/json', authorization: `Bearer ${this.#token}` };
    let answer: HttpResponse;
    try {
      answer = await this.#http.send({
        method,
        url: `${this.#url}${path}`,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
        timeoutMs,
        responseBytesMax: answerBytesMax,
      });
    } catch (thrown) {
      throw new DemarcError('DMC_APPROVAL', `the gateway does not answer: ${messageOf(thrown)}`, { cause: thrown });
    }
    const value = parse(answer.body);
    if (answer.status === 200 && value !== undefined) return value;
    const problem = z.looseObject({ problem: z.string() }).safeParse(value).data?.problem ?? 'it is not a gateway';
    throw new DemarcError('DMC_APPROVAL', `the gateway answers ${answer.status}: ${problem}`);
  }
}

function pathOf(id: string): string {
  if (!/^apr-[0-9a-f]{32}$/.test(id)) throw new DemarcError('DMC_USAGE', `\`${id}\` is no id of an approval`);
  return `/${id}`;
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
