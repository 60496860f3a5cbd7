import type { Broker } from '../../broker/broker.ts';
import type { Consenter } from '../../broker/outcome.ts';
import { serveApprovals } from '../../gateway/approvals/serve-approvals.ts';
import type { Exchange } from '../../gateway/exchange.ts';
import { configurationHeader, type GuardRules, guardRequest } from '../../gateway/http/guard.ts';
import type { RequestHeaders } from '../../gateway/http/request-headers.ts';
import { type Identity, isOnThisMachine, isRefusal } from '../../gateway/identify/identity.ts';
import type { Refusal } from '../../gateway/identify/refusal.ts';
import type { Relay } from '../../gateway/relay.ts';
import type { Principal } from '../../model/principal.ts';
import { approverOf } from '../../store/approvals/approver.ts';
import type { OpenApprovals } from './approvals.ts';
import type { NoteRefusal } from './refusals.ts';

export interface RouteParts {
  readonly identity: Pick<Identity, 'identify' | 'metadata'>;
  readonly refused: NoteRefusal;
  readonly relay: Pick<Relay, 'handle'>;
  readonly approvals: Pick<OpenApprovals, 'site' | 'callbacks' | 'failed'>;
  readonly approverScope: string;
  readonly broker: Pick<Broker, 'complete' | 'clientDocument'>;
  /** Path of the gateway's Client ID Metadata Document, where it serves one. */
  readonly clientDocumentPath: string | undefined;
  readonly rules: GuardRules;
}

const page = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
};

/** Sends a request to what answers it: metadata, health, approvals, consents, and everything else is MCP. */
export async function route(exchange: Exchange, parts: RouteParts): Promise<void> {
  const { identity, relay } = parts;
  const metadata = identity.metadata(exchange);
  if (metadata !== undefined) return exchange.respond(metadata.status, metadata.headers, metadata.body);
  const [path = '', query = ''] = exchange.target.split('?', 2);
  if (path === '/mcp' || path.startsWith('/mcp/')) return relay.handle(exchange);
  const guarded = guardRequest(exchange, parts.rules);
  if ('status' in guarded) return exchange.respond(guarded.status, page, guarded.reason);
  if (path === '/healthz') return exchange.respond(200, { ...page, ...sameConfiguration(guarded.headers) }, 'ok');
  if (path === '/approvals' || path.startsWith('/approvals/'))
    return serveApprovals(exchange, guarded.headers, path.slice('/approvals'.length), {
      ...parts.approvals,
      viewerOf: async (of) => {
        const known = await identity.identify(of);
        if (!isRefusal(known)) return approverOf(known, parts.approverScope);
        parts.refused(known, of);
        return undefined;
      },
    });
  if (path === '/oauth/callback' && exchange.method === 'GET') return consent(exchange, query, parts);
  if (path === parts.clientDocumentPath) {
    const document = parts.broker.clientDocument();
    if (document !== undefined)
      return exchange.respond(200, { ...page, 'content-type': 'application/json' }, JSON.stringify(document));
  }
  return relay.handle(exchange);
}

/** Says yes to who asked for the gateway of this configuration, and nothing to who does not know which it is. */
function sameConfiguration(headers: RequestHeaders): Readonly<Record<string, string>> {
  const meant = headers.get(configurationHeader);
  return meant === undefined ? {} : { [configurationHeader]: meant };
}

/** A browser comes back from an authorization server. Who brings it has to be who was asked, and a credential that it shows valid. */
async function consent(exchange: Exchange, query: string, { identity, refused, broker }: RouteParts): Promise<void> {
  const known = await identity.identify(exchange);
  if (isRefusal(known) && known.cause !== 'identity.missing') {
    refused(known, exchange);
    return exchange.respond(known.status, { ...known.headers, ...page }, known.reason);
  }
  const completed = await broker.complete(new URLSearchParams(query), consenterOf(known, exchange));
  const said =
    completed.kind === 'connected'
      ? `Connected to ${completed.server}. You can close this page.`
      : `Not connected: ${completed.message}`;
  exchange.respond(completed.kind === 'connected' ? 200 : 400, page, said);
}

/** Who consents. The token of a run is an agent's, whoever it acts for: with it an agent would consent for its person. */
function consenterOf(known: Principal | Refusal, { peer, headers }: Exchange): Consenter {
  if (!isRefusal(known) && known.authentication === 'run-token') return { kind: 'nobody' };
  if (!isRefusal(known) && known.person !== undefined) return { kind: 'person', ...known.person, roles: known.roles };
  return { kind: isOnThisMachine(peer.address, headers) ? 'local' : 'nobody' };
}
