import { DemarcError, messageOf } from '../../base/errors.ts';
import type { Clock, Http, Random, Sql } from '../../base/ports.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import { CredentialFault } from '../../broker/fault.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import { Unrecorded } from '../../gateway/pipeline/unrecorded.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import { ApprovalGate } from '../../store/approvals/approval-gate.ts';
import { ApprovalStore } from '../../store/approvals/approval-store.ts';
import { webhookKey } from '../../store/approvals/notify/signatures.ts';
import type { ApprovalSecrets } from '../../store/approvals/secrets.ts';
import { Callbacks, type CallbackParts, type WebhookCaller } from '../../store/approvals/notify/callbacks.ts';
import { type NotifyChannel, Notifier } from '../../store/approvals/notify/notifier.ts';
import { ApprovalSite } from '../../store/approvals/page/approval-site.ts';
import { nodeTimer } from '../node-timer.ts';
import { UnderWay } from './under-way.ts';

export interface ApprovalsParts {
  readonly settings: GatewaySettings['approvals'];
  /** Looking for approvals that may be there is no reason to open it. */
  readonly sql: Sql & { readonly isOpen: boolean };
  readonly secrets: ApprovalSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: Http;
  readonly record: PipelineParts['record'];
  readonly contacts: ApprovalContacts;
  /** See `SiteParts`. */
  readonly hasSignIn: boolean;
  readonly tell: (line: string) => void;
}

/** Who is told of approvals, and who answers beside the page, with their secrets. */
export interface ApprovalContacts extends Pick<CallbackParts, 'webhooks' | 'slack'> {
  readonly channels: readonly NotifyChannel[];
}

/** Approvals with every way to ask for them and to answer. */
export interface OpenApprovals {
  readonly gate: PipelineParts['approvals']['gate'];
  readonly site: ApprovalSite;
  readonly callbacks: Callbacks;
  /** Told why approvals could not be read or recorded. */
  readonly failed: (thrown: unknown) => void;
  /** Nobody waits for an answer any more; resolves when nothing of them is under way. */
  close(): Promise<void>;
}

/** What nobody answered in time is ended this often; what is settled is kept for a month beside the ledger. */
const expireMs = 30_000;
const dayMs = 24 * 60 * 60_000;
const keptMs = 30 * dayMs;

export function openApprovals(parts: ApprovalsParts): OpenApprovals {
  const { settings, sql, secrets, clock, random, http, record, contacts, hasSignIn, tell } = parts;
  const store = ApprovalStore.over({
    sql,
    secrets,
    clock,
    timer: nodeTimer,
    record: (event) => record(event, 'durable'),
    people: settings.people,
  });
  const site = new ApprovalSite({ store, secrets, clock, publicUrl: settings.url, hasSignIn });
  const notifier = new Notifier({
    channels: contacts.channels,
    http,
    clock,
    timer: nodeTimer,
    random,
    urlOf: (id) => site.urlOf(id),
    onFailure: (channel, approval, reason) => tell(`approval ${approval} could not be told to ${channel}: ${reason}`),
  });
  const gate = new ApprovalGate({
    store,
    secrets,
    clock,
    urlOf: (id) => site.urlOf(id),
    notify: (approval) => {
      tell(
        `approval ${approval.id} waits: ${approval.binding.server}/${approval.binding.name} ${site.urlOf(approval.id)}`,
      );
      notifier.notify(approval);
    },
    perRun: settings['per-run'],
    waitMs: settings['wait-ms'],
  });
  const failed = (thrown: unknown): void => tell(`approvals: ${messageOf(thrown)}`);
  const work = new UnderWay();
  const ending = new Stop();
  const expire = (): void => void (sql.isOpen && work.add(store.expire().catch(failed)));
  const expiring = setInterval(expire, expireMs).unref();
  const forget = (): void => void (sql.isOpen && work.add(store.forget(clock.now() - keptMs).catch(failed)));
  // A gateway that is started anew every day forgets as well.
  forget();
  const forgetting = setInterval(forget, dayMs).unref();
  return {
    gate: failingClosed(gate, work, ending, failed),
    site,
    callbacks: new Callbacks({ store, clock, http, ...contacts }),
    failed,
    close() {
      clearInterval(expiring);
      clearInterval(forgetting);
      ending.abort();
      return work.ended();
    },
  };
}

/** While the database does not answer nobody can be asked, nor once the gateway ends. */
function failingClosed(
  gate: ApprovalGate,
  work: UnderWay,
  ending: StopSignal,
  failed: (thrown: unknown) => void,
): OpenApprovals['gate'] {
  return {
    async pass(asked) {
      if (ending.aborted) return { kind: 'deny', reason: 'approval.unavailable' };
      const stop = new Stop();
      const unfollow = stop.follow(asked.signal, ending);
      try {
        return await work.add(gate.pass({ ...asked, signal: stop }).finally(unfollow));
      } catch (thrown) {
        if (thrown instanceof Unrecorded) throw thrown;
        failed(thrown);
        return { kind: 'deny', reason: 'approval.unavailable' };
      }
    },
    carry: (response, approval, lifetimeMs) => gate.carry(response, approval, lifetimeMs),
    clean: (message, request, policySet) => gate.clean(message, request, policySet),
    release: (approval, call) => work.add(gate.release(approval, call)),
  };
}

/** Whoever has one signed message can try keys against it, as long as they like. */
const webhookKeyBytesMin = 16;

/**
 * Reads the secrets of all who are told of approvals or answer them.
 *
 * @param secret throws CredentialFault when it cannot be had
 * @throws DemarcError `DMC_SECRET`
 */
export async function readContacts(
  settings: GatewaySettings['approvals'],
  secret: (reference: SecretReference) => Promise<string>,
): Promise<ApprovalContacts> {
  const read = async (whose: string, reference: SecretReference): Promise<string> => {
    try {
      return await secret(reference);
    } catch (thrown) {
      if (!(thrown instanceof CredentialFault)) throw thrown;
      throw new DemarcError('DMC_SECRET', `\`approvals.${whose}\` has ${thrown.message}`, {
        hint: 'put it there and start again, or take that part out of the configuration',
        cause: thrown,
      });
    }
  };
  const readKey = async (whose: string, reference: SecretReference): Promise<string> => {
    const secret = await read(whose, reference);
    if (webhookKey(secret).length >= webhookKeyBytesMin) return secret;
    throw new DemarcError(
      'DMC_SECRET',
      `\`approvals.${whose}\` has a secret of fewer than ${webhookKeyBytesMin} bytes`,
      {
        hint: 'take `whsec_` and the output of `openssl rand -base64 32`, on both sides',
      },
    );
  };
  const channels = await Promise.all(settings.notify.map((channel) => channelOf(channel, read, readKey)));
  const webhooks = new Map<string, WebhookCaller>();
  for (const { name, secret: reference, issuer, roles } of settings.callbacks)
    webhooks.set(name, { secret: await readKey(`callbacks.${name}`, reference), issuer, roles });
  const { slack } = settings;
  if (slack === undefined) return { channels, webhooks };
  const people = new Map(
    slack.people.map(({ id, issuer, subject, roles }) => [id, { person: { issuer, subject, groups: [] }, roles }]),
  );
  const signingSecret = await read('slack.signing-secret', slack['signing-secret']);
  return { channels, webhooks, slack: { signingSecret, people } };
}

async function channelOf(
  channel: GatewaySettings['approvals']['notify'][number],
  read: (whose: string, reference: SecretReference) => Promise<string>,
  readKey: typeof read,
): Promise<NotifyChannel> {
  const { kind, name } = channel;
  const includesPayload = channel.payload === 'include';
  return kind === 'slack'
    ? { kind, name, url: await read(`notify.${name}`, channel.url), includesPayload, hasButtons: channel.buttons }
    : { kind, name, url: channel.url, secret: await readKey(`notify.${name}`, channel.secret), includesPayload };
}
