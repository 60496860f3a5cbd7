import { limits } from '../base/limits.ts';
import type { Clock, Http, KeyFiles, Random } from '../base/ports.ts';
import { isLoopbackHost } from '../base/public-address.ts';
import type { StopSignal } from '../base/stop.ts';
import { type Principal, principalKey } from '../model/principal.ts';
import type { CredentialStore } from './credential-store.ts';
import { CredentialFault } from './fault.ts';
import { Consents } from './oauth/consents.ts';
import { Holdings } from './oauth/holdings.ts';
import { OAuthUpstream } from './oauth/oauth-upstream.ts';
import { type ClientIdentity, clientMetadataDocument, Registrations } from './oauth/registration.ts';
import { Outbound } from './outbound.ts';
import type {
  BrokerNotice,
  Consenter,
  CredentialEvent,
  CredentialOutcome,
  Refusal,
  UpstreamRejection,
} from './outcome.ts';
import type { SecretReference } from '../model/secret-reference.ts';
import { SecretReader } from './secrets/secret-reader.ts';
import type { BrokerSettings, UpstreamCredentialSettings } from './settings.ts';

/** One upstream server of the configuration. */
export interface UpstreamServer {
  readonly name: string;
  readonly url: string;
  readonly credential: UpstreamCredentialSettings;
}

export interface BrokerPorts {
  readonly http: Http;
  readonly clock: Clock;
  readonly random: Random;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<KeyFiles, 'read' | 'permissions'>;
  /** Tokens and registrations. */
  readonly tokens: CredentialStore;
  /** Secrets of `demarc gateway secret set`; opened when one is needed. */
  readonly secrets: () => Promise<CredentialStore>;
  /** Resolves when the ledger has the event: a credential is used only then. */
  readonly record: (event: CredentialEvent) => Promise<void>;
  readonly notice: (notice: BrokerNotice) => void;
  /** The token with which the person's identity provider vouches for them to the gateway, if it is at hand. */
  readonly subjectToken: (principal: Principal) => string | undefined;
}

export interface BrokerOptions {
  readonly settings: BrokerSettings;
  readonly servers: readonly UpstreamServer[];
  /** Where authorization servers send browsers back to: a path of the gateway, or a listener on loopback. */
  readonly redirectUri: string;
}

/** Whether a consent came to something. */
export type Completed = { readonly kind: 'connected'; readonly server: string } | Refusal;

/**
 * How the gateway proves itself to upstream servers. What it got from a client stays here: no method takes an inbound
 * token, and the one an exchange needs goes only to the provider that issued it.
 */
export class Broker {
  readonly #servers = new Map<string, UpstreamServer>();
  readonly #oauth = new Map<string, OAuthUpstream>();
  /** What goes to the servers that want no credential. */
  readonly #without = new Map<string, Promise<CredentialOutcome>>();
  readonly #ports: BrokerPorts;
  readonly #identity: ClientIdentity;
  readonly #consents: Consents;
  readonly #administrators: ReadonlySet<string>;
  readonly #secrets: SecretReader;

  constructor({ settings, servers, redirectUri }: BrokerOptions, ports: BrokerPorts, bounds: typeof limits = limits) {
    const { clock, random } = ports;
    const trustedOrigins = servers
      .flatMap(trustedOf)
      .concat(settings.vault === undefined ? [] : originOf(settings.vault.url));
    const rules = { trustedOrigins, networks: settings.networks, allowLoopback: settings['allow-loopback'] };
    const outbound = new Outbound(ports.http, rules, bounds);
    const tokens = tellingStore(ports.tokens);
    this.#ports = ports;
    this.#administrators = new Set(settings.administrators);
    this.#identity = { clientName: settings['client-name'], redirectUri, metadataUrl: settings['client-metadata-url'] };
    this.#consents = new Consents(clock, bounds);
    const vault = settings.vault === undefined ? undefined : { namespace: undefined, ...settings.vault };
    const local = async (): Promise<CredentialStore> => tellingStore(await ports.secrets());
    this.#secrets = new SecretReader({ ...ports, local, outbound, vault }, bounds);
    const shared = {
      outbound,
      clock,
      random,
      redirectUri,
      bounds,
      notice: ports.notice,
      holdings: new Holdings(tokens, bounds),
      consents: this.#consents,
      registrations: new Registrations(outbound, tokens, this.#identity),
      secret: this.#secrets.read.bind(this.#secrets),
      subject: this.#subject.bind(this),
      record: this.#record.bind(this),
    };
    for (const server of servers) {
      this.#servers.set(server.name, server);
      const { credential } = server;
      if (credential.type === 'none')
        this.#without.set(
          server.name,
          Promise.resolve({ kind: 'ready', headers: {}, origins: [originOf(server.url)] }),
        );
      if (credential.type !== 'none' && credential.type !== 'static')
        this.#oauth.set(server.name, new OAuthUpstream(server, credential, shared));
    }
  }

  /**
   * What to send to a server for a principal. Never rejects.
   *
   * @param signal ends the wait, not the work: others may wait for the same token
   */
  credentialFor(server: string, principal: Principal, signal?: StopSignal): Promise<CredentialOutcome> {
    const without = this.#without.get(server);
    if (without !== undefined) return without;
    return this.#outcome(signal, async () => {
      const { upstream, key, found } = this.#place(server, principal);
      if (upstream !== undefined) return upstream.credentialFor(key, principal);
      return this.#withoutOAuth(found);
    });
  }

  /** As `credentialFor`, without waiting for the server to ask: a person wants to connect. */
  connect(server: string, principal: Principal, signal?: StopSignal): Promise<CredentialOutcome> {
    return this.#outcome(signal, async () => {
      const { upstream, key, found } = this.#place(server, principal);
      return upstream === undefined ? this.#withoutOAuth(found) : upstream.connect(key, principal);
    });
  }

  /**
   * What to do about a server's answer 401 or 403: `ready` means to send the request once more with these headers. It
   * does not mean so forever: repeated rejections end in `refused`.
   */
  challenge(
    server: string,
    principal: Principal,
    rejection: UpstreamRejection,
    signal?: StopSignal,
  ): Promise<CredentialOutcome> {
    return this.#outcome(signal, async () => {
      const { upstream, key, found } = this.#place(server, principal);
      if (upstream !== undefined) return upstream.rejected(key, principal, rejection);
      throw new CredentialFault('token-rejected', `\`${new URL(found.url).host}\` rejects the configured credential`);
    });
  }

  /**
   * The browser came back from an authorization server. Each answer counts once.
   *
   * @param response the query of the redirect, decoded
   * @param by who brings it: a link that was opened by somebody else connects nobody (it would put their account into
   *   the hands of whoever sent the link)
   */
  async complete(response: URLSearchParams, by: Consenter): Promise<Completed> {
    try {
      const [state = '', ...others] = response.getAll('state');
      const consent = others.length === 0 ? this.#consents.get(state) : undefined;
      const upstream = consent === undefined ? undefined : this.#oauth.get(consent.server);
      if (consent === undefined || upstream === undefined)
        throw new CredentialFault(
          'authorization-response-invalid',
          'the answer belongs to no request that is waited for',
        );
      this.#expectConsenter(consent, by);
      this.#consents.remove(state);
      await upstream.complete(consent, response);
      return { kind: 'connected', server: consent.server };
    } catch (thrown) {
      return refusalOf(thrown);
    }
  }

  /** Destroys the token a principal has at a server. @returns whether there was one */
  async disconnect(server: string, principal: Principal, reason: string): Promise<boolean> {
    const { upstream, key } = this.#place(server, principal);
    return (await upstream?.disconnect(key, principal, reason)) ?? false;
  }

  /**
   * What connections, sessions and caches towards a server must be separated by: equal for two principals exactly when
   * the configuration says that they act as one.
   *
   * @throws CredentialFault `unknown-server`, `no-person`
   */
  isolationKey(server: string, principal: Principal): string {
    return this.#place(server, principal).key;
  }

  /** Reads a secret by its reference. @throws CredentialFault `secret-unavailable` */
  readSecret(reference: SecretReference): Promise<string> {
    return this.#secrets.read(reference);
  }

  /** The document to serve at `client-metadata-url`, where there is one. */
  clientDocument(): Readonly<Record<string, unknown>> | undefined {
    return clientMetadataDocument(this.#identity);
  }

  #place(
    server: string,
    principal: Principal,
  ): { readonly found: UpstreamServer; readonly key: string; readonly upstream: OAuthUpstream | undefined } {
    const found = this.#servers.get(server);
    if (found === undefined) throw new CredentialFault('unknown-server', 'there is no such server');
    return {
      found,
      key: JSON.stringify([server, holderOf(found.credential, principal)]),
      upstream: this.#oauth.get(server),
    };
  }

  async #withoutOAuth({ name, url, credential }: UpstreamServer): Promise<CredentialOutcome> {
    const own = originOf(url);
    if (credential.type !== 'static') return { kind: 'ready', headers: {}, origins: [own] };
    const origins = credential.origins ?? [own];
    if (!origins.includes(own))
      throw new CredentialFault('origin-not-allowed', `the secret of \`${name}\` is not for \`${new URL(url).host}\``);
    const secret = await this.#secrets.read(credential.secret);
    if (!/^[\x20-\x7e]+$/.test(secret))
      throw new CredentialFault('secret-unavailable', `the secret of \`${name}\` does not fit into a header`);
    const value = credential.scheme === '' ? secret : `${credential.scheme} ${secret}`;
    return { kind: 'ready', headers: { [credential.header.toLowerCase()]: value }, origins };
  }

  #subject(principal: Principal, issuer: string): string {
    if (principal.person === undefined) throw noPerson();
    const missing = (why: string): CredentialFault => new CredentialFault('no-subject-token', why);
    if (principal.person.issuer !== issuer) throw missing('the person is known by another identity provider');
    const found = this.#ports.subjectToken(principal);
    if (found === undefined) throw missing('no token of the person is at hand');
    return found;
  }

  async #record(event: CredentialEvent): Promise<void> {
    await this.#ports.record(event).catch((cause: unknown) => {
      throw new CredentialFault('not-recorded', 'the ledger does not take the event', { cause });
    });
  }

  /** A person consents for themselves; for what nobody owns, an administrator or whoever sits at the gateway's own machine does. */
  #expectConsenter({ principal, shared }: { principal: Principal; shared: boolean }, by: Consenter): void {
    const own = shared ? undefined : principal.person;
    const fits = (): boolean => {
      if (by.kind === 'nobody') return false;
      if (by.kind === 'local') return isLoopbackHost(new URL(this.#identity.redirectUri).hostname);
      if (own === undefined) return by.roles.some((role) => this.#administrators.has(role));
      return own.issuer === by.issuer && own.subject === by.subject;
    };
    if (fits()) return;
    const who = own === undefined && by.kind === 'person' ? 'an administrator' : 'somebody else';
    throw new CredentialFault('authorization-response-invalid', `${who} was asked for this consent`);
  }

  async #outcome(signal: StopSignal | undefined, work: () => Promise<CredentialOutcome>): Promise<CredentialOutcome> {
    try {
      return await untilAborted(work(), signal);
    } catch (thrown) {
      return refusalOf(thrown);
    }
  }
}

/** Whose a token is, as part of a key. */
function holderOf(credential: UpstreamCredentialSettings, principal: Principal): string {
  if (credential.type === 'none') return principalKey(principal);
  switch (credential.identity) {
    case 'shared':
      return 'shared';
    case 'principal':
      return principalKey(principal);
    case 'person':
      if (principal.person === undefined) throw noPerson();
      return JSON.stringify(['person', principal.person.issuer, principal.person.subject]);
  }
}

function noPerson(): CredentialFault {
  return new CredentialFault('no-person', 'the agent acts for nobody, and the server is used in the name of a person');
}

/** Origins the operator wrote down. */
function trustedOf({ url, credential }: UpstreamServer): string[] {
  const named = 'issuer' in credential && credential.issuer !== undefined ? [credential.issuer] : [];
  if (credential.type !== 'enterprise-managed') return [url, ...named].map(originOf);
  const { issuer, 'token-endpoint': endpoint } = credential['identity-provider'];
  return [url, ...named, issuer, ...(endpoint === undefined ? [] : [endpoint])].map(originOf);
}

function originOf(url: string): string {
  return new URL(url).origin;
}

/** A store whose failures say so. */
function tellingStore(store: CredentialStore): CredentialStore {
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((cause: unknown) => {
      throw cause instanceof CredentialFault
        ? cause
        : new CredentialFault('store-failed', 'the store of credentials failed', { cause });
    });
  return {
    get: (name) => told(store.get(name)),
    put: (name, value) => told(store.put(name, value)),
    remove: (name) => told(store.remove(name)),
    names: () => told(store.names()),
  };
}

function refusalOf(thrown: unknown): Refusal {
  if (!(thrown instanceof CredentialFault)) throw thrown;
  return { kind: 'refused', code: thrown.code, message: thrown.message, passes: thrown.passes };
}

function untilAborted<T>(work: Promise<T>, signal: StopSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CredentialFault('cancelled', 'the client went away'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
