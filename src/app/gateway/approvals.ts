import { messageOf } from '../../base/errors.ts';
import type { Clock, Http, Random, Sql } from '../../base/ports.ts';
import type { GatewaySettings } from '../../gateway/config/settings.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import { ApprovalGate } from '../../store/approvals/approval-gate.ts';
import { ApprovalStore } from '../../store/approvals/approval-store.ts';
import type { ApprovalSecrets } from '../../store/approvals/secrets.ts';
import { Callbacks, type WebhookCaller } from '../../store/approvals/notify/callbacks.ts';
import { type NotifyChannel, Notifier } from '../../store/approvals/notify/notifier.ts';
import { ApprovalSite } from '../../store/approvals/page/approval-site.ts';
import { nodeTimer } from '../node-timer.ts';

export interface ApprovalsParts {
  readonly settings: GatewaySettings['approvals'];
  /** Looking for approvals that may be there is no reason to open it. */
  readonly sql: Sql & { readonly isOpen: boolean };
  readonly secrets: ApprovalSecrets;
  readonly clock: Clock;
  readonly random: Random;
  readonly http: Http;
  readonly record: PipelineParts['record'];
  /** @throws CredentialFault when the secret cannot be had */
  readonly secret: (reference: SecretReference) => Promise<string>;
  readonly tell: (line: string) => void;
}

/** Approvals with every way to ask for them and to answer. */
export interface OpenApprovals {
  readonly gate: ApprovalGate;
  readonly site: ApprovalSite;
  readonly callbacks: Callbacks;
  close(): void;
}

/** What nobody answered in time is ended this often; what is settled is kept for a month beside the ledger. */
const expireMs = 30_000;
const dayMs = 24 * 60 * 60_000;
const keptMs = 30 * dayMs;

export async function openApprovals(parts: ApprovalsParts): Promise<OpenApprovals> {
  const { settings, sql, secrets, clock, random, http, record, tell } = parts;
  const store = ApprovalStore.over({
    sql,
    secrets,
    clock,
    timer: nodeTimer,
    record: (event) => record(event, 'durable'),
    people: settings.people,
  });
  const site = new ApprovalSite({ store, secrets, clock, publicUrl: settings.url });
  const notifier = new Notifier({
    channels: await channelsOf(parts),
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
  const expire = (): void => void (sql.isOpen && store.expire().catch(failed));
  const expiring = setInterval(expire, expireMs).unref();
  const forget = (): void => void (sql.isOpen && store.forget(clock.now() - keptMs).catch(failed));
  // A gateway that is started anew every day forgets as well.
  forget();
  const forgetting = setInterval(forget, dayMs).unref();
  return {
    gate,
    site,
    callbacks: new Callbacks({ store, clock, http, ...(await callersOf(parts)) }),
    close() {
      clearInterval(expiring);
      clearInterval(forgetting);
    },
  };
}

function channelsOf({ settings, secret }: ApprovalsParts): Promise<NotifyChannel[]> {
  return Promise.all(
    settings.notify.map(async (channel): Promise<NotifyChannel> => {
      const includesPayload = channel.payload === 'include';
      return channel.kind === 'slack'
        ? {
            kind: 'slack',
            name: channel.name,
            url: await secret(channel.url),
            includesPayload,
            hasButtons: channel.buttons,
          }
        : {
            kind: 'webhook',
            name: channel.name,
            url: channel.url,
            secret: await secret(channel.secret),
            includesPayload,
          };
    }),
  );
}

async function callersOf({ settings, secret }: ApprovalsParts) {
  const webhooks = new Map<string, WebhookCaller>();
  for (const { name, secret: reference, issuer, roles } of settings.callbacks)
    webhooks.set(name, { secret: await secret(reference), issuer, roles });
  const { slack } = settings;
  if (slack === undefined) return { webhooks };
  const people = new Map(
    slack.people.map(({ id, issuer, subject, roles }) => [id, { person: { issuer, subject, groups: [] }, roles }]),
  );
  return { webhooks, slack: { signingSecret: await secret(slack['signing-secret']), people } };
}
