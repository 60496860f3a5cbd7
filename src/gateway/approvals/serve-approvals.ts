import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { Approver } from '../../store/approvals/approver.ts';
import type { Callbacks } from '../../store/approvals/notify/callbacks.ts';
import type { ApprovalSite } from '../../store/approvals/page/approval-site.ts';
import type { Exchange } from '../exchange.ts';

export interface ApprovalRoutes {
  readonly site: ApprovalSite;
  readonly callbacks: Callbacks;
  /** Who sent a request: identified like any request of the gateway, and then `approverOf`. */
  readonly viewerOf: (exchange: Exchange) => Promise<Approver | string | undefined>;
  /** Told why a request could not be answered. */
  readonly failed: (thrown: unknown) => void;
}

const callbackPath = '/callbacks/';
const plainText = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/**
 * Answers a request for the pages of approvals, or for a callback of another system, which proves itself by its signature.
 *
 * @param headers as `guardRequest` read them
 * @param path below the place of the site, without query: empty, `/<approval>`, `/callbacks/slack`, `/callbacks/webhook/<name>`
 */
export async function serveApprovals(
  exchange: Exchange,
  headers: ReadonlyMap<string, string>,
  path: string,
  routes: ApprovalRoutes,
): Promise<void> {
  try {
    await answer(exchange, headers, path, routes);
  } catch (thrown) {
    if (exchange.signal.aborted) return;
    routes.failed(thrown);
    const problem = 'Approvals cannot be read or recorded now. Try again; whoever runs the gateway is told why.';
    if (headers.get('accept')?.startsWith('application/json') === true)
      exchange.respond(503, { ...plainText, 'content-type': 'application/json' }, JSON.stringify({ problem }));
    else exchange.respond(503, plainText, problem);
  }
}

async function answer(
  exchange: Exchange,
  headers: ReadonlyMap<string, string>,
  path: string,
  { site, callbacks, viewerOf }: ApprovalRoutes,
): Promise<void> {
  const body = await bodyOf(exchange);
  if (body === undefined) return exchange.respond(413, plainText, 'The answer is too large.');
  const request = { headers: Object.fromEntries(headers), body };
  if (path.startsWith(callbackPath)) {
    if (exchange.method !== 'POST') return exchange.respond(405, { ...plainText, allow: 'POST' });
    const { status, body: text } = await callbacks.handle({ ...request, path: path.slice(callbackPath.length) });
    return exchange.respond(status, plainText, text);
  }
  const viewer = await viewerOf(exchange);
  const page = await site.handle({ ...request, method: exchange.method, path: path === '/' ? '' : path, viewer });
  exchange.respond(page.status, page.headers, exchange.method === 'HEAD' ? undefined : page.body);
}

async function bodyOf(exchange: Exchange): Promise<Uint8Array | undefined> {
  if (exchange.method !== 'POST') return new Uint8Array();
  try {
    return await exchange.body(limits.approvalAnswerBytesMax);
  } catch (thrown) {
    if (thrown instanceof DemarcError && thrown.code === 'DMC_REQUEST_TOO_LARGE') return undefined;
    throw thrown;
  }
}
