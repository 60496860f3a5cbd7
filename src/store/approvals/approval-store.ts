import { canonicalJson } from '../../base/canonical-json.ts';
import { DemarcError } from '../../base/errors.ts';
import { redactSecrets } from '../../base/json-secrets.ts';
import { limits } from '../../base/limits.ts';
import type { Clock, Sql, Timer } from '../../base/ports.ts';
import { abortSignalOf, type StopSignal } from '../../base/stop.ts';
import type { AccessDecision, AccessRequest } from '../../model/access.ts';
import type { EventInput } from '../../model/event.ts';
import { type Person, personKey } from '../../model/principal.ts';
import { migrate } from '../index/migrate.ts';
import { inSchema } from '../index/schema.ts';
import type {
  Answer,
  Approval,
  ApprovalChannel,
  ApprovalKind,
  ApprovalState,
  ApproverRule,
  Binding,
} from './approval.ts';
import { type AnswerRefusal, type Approver, judgeAnswer, type KnownPeople, type Verdict } from './approver.ts';
import { asksTheSame, bindingOf, judgeUse, type UseRefusal } from './binding.ts';
import { approvalEvent, type ApprovalStep } from './events.ts';
import { approvalMigrations, approvalsSchema } from './migrations.ts';
import { answerPlace, openRow, requestPlace, type SealedRequest } from './row.ts';
import type { ApprovalSecrets } from './secrets.ts';
import { Waiters } from './waiters.ts';

export interface ApprovalParts {
  readonly sql: Sql;
  readonly secrets: ApprovalSecrets;
  readonly clock: Pick<Clock, 'now'>;
  readonly timer: Timer;
  /**
   * Records an event, durable when it resolves. It is called inside the transaction of the change it tells of, before the
   * commit: a change that is not recorded does not happen. It must not use the same database connection.
   */
  readonly record: (event: EventInput) => Promise<unknown>;
  readonly people?: KnownPeople;
  /** Where the tables are: gateways that share a state name the same one. */
  readonly schema?: string;
}

/** What approval is asked for. */
export interface ApprovalQuestion {
  readonly kind: ApprovalKind;
  readonly request: AccessRequest;
  readonly decision: AccessDecision;
  readonly rule: ApproverRule;
  readonly perRun: boolean;
  readonly lifetimeMs: number;
  /** Id of the call, as the ledger has it. */
  readonly call: string;
}

export type Asked =
  /** `created` is false where the same was asked before and nobody has answered, or it was approved and not used yet. */
  | { readonly kind: 'asked'; readonly approval: Approval; readonly created: boolean }
  /** `approval.denied`: somebody said no to the same, and its time is not over. */
  | { readonly kind: 'refused'; readonly reason: 'approval.denied' | 'approval.too-many' | 'approval.too-large' };

export type Used =
  | { readonly kind: 'used'; readonly approval: Approval }
  | { readonly kind: 'refused'; readonly reason: UseRefusal };

export type Answered =
  | { readonly kind: 'answered'; readonly approval: Approval }
  | { readonly kind: 'refused'; readonly reason: AnswerRefusal };

export interface ApprovalFilter {
  readonly states?: readonly ApprovalState[] | undefined;
  readonly limit?: number | undefined;
}

/** How often another process is asked whether somebody answered there. */
const pollMs = 1_000;

/**
 * The durable approvals of a gateway. Every change of state is one `update … where state = …`, so that of two who race
 * exactly one wins, on PGlite as on PostgreSQL, in one process or in several.
 */
export class ApprovalStore {
  readonly #parts: ApprovalParts;
  readonly #sql: Sql;
  readonly #waiters = new Waiters();

  private constructor(parts: ApprovalParts) {
    this.#parts = parts;
    this.#sql = inSchema(parts.sql, parts.schema ?? approvalsSchema);
  }

  /** Opens the approvals in a database, and makes their tables where they are missing. @throws DemarcError `DMC_DATABASE` */
  static async open(parts: ApprovalParts): Promise<ApprovalStore> {
    await ApprovalStore.prepare(parts.sql, parts.schema);
    return ApprovalStore.over(parts);
  }

  /** Makes the tables where they are missing. @throws DemarcError `DMC_DATABASE` */
  static async prepare(sql: Sql, schema = approvalsSchema): Promise<void> {
    await migrate(sql, schema, approvalMigrations, 'the store of approvals');
  }

  /** The approvals in a database that was prepared, or is when it is first asked. */
  static over(parts: ApprovalParts): ApprovalStore {
    return new ApprovalStore(parts);
  }

  /** Asks for an approval, once for one call however often it is retried. Refused where nobody could review it. */
  async ask(question: ApprovalQuestion): Promise<Asked> {
    const { request, decision } = question;
    if (Buffer.byteLength(canonicalJson(request.args ?? {})) > limits.approvalArgumentsBytesMax)
      return { kind: 'refused', reason: 'approval.too-large' };
    const { kind } = question;
    const binding = bindingOf(request, decision.policySet, question.perRun, { kind, policies: decision.policies });
    const hidden = this.#parts.secrets.pseudonym(binding);
    return this.#sql.transaction(async (sql) => {
      const principal = this.#parts.secrets.pseudonym(binding.principal);
      await sql.query('select pg_advisory_xact_lock(hashtext($1))', [principal]);
      await this.#expire(sql, 'and principal = $2', [principal]);
      // One that was approved since the caller looked is as good, and a no stands in its time: nobody is asked twice.
      const [found] = await sql.query(
        `select * from ix.approvals
         where binding = $1 and (state in ('pending', 'approved') or (state = 'denied' and expires_ms > $2))
         order by state = 'denied', state, created_ms limit 1`,
        [hidden, this.#parts.clock.now()],
      );
      const approval = found === undefined ? undefined : this.#opened(found);
      if (approval?.state === 'denied') return { kind: 'refused', reason: 'approval.denied' };
      if (approval !== undefined) return { kind: 'asked', approval, created: false };
      const [count] = await sql.query(
        "select count(*) as n from ix.approvals where principal = $1 and state = 'pending'",
        [principal],
      );
      if (Number(count?.['n']) >= limits.approvalsPendingMax) return { kind: 'refused', reason: 'approval.too-many' };
      return { kind: 'asked', approval: await this.#insert(sql, question, binding), created: true };
    });
  }

  async #insert(sql: Sql, question: ApprovalQuestion, binding: Binding): Promise<Approval> {
    const { request, decision, rule, call } = question;
    const { secrets, clock } = this.#parts;
    const { principal, args } = request;
    const id = secrets.newId();
    const nowMs = clock.now();
    const { effect, sendsOut } = request.call.labels;
    const sealed: SealedRequest = {
      binding,
      requester: principal.person,
      // What a credential is, nobody has to see; the digest is of what was sent.
      args: redactSecrets(args ?? {}).value,
      doubted: redactSecrets(request.call.values.filter(({ doubt }) => doubt !== undefined)).value,
    };
    const [row] = await sql.query(
      `insert into ix.approvals (id, kind, state, binding, principal, person, agent, run, server, policy_set, policies,
         reasons, labels, rule, created_ms, expires_ms, request)
       values ($1, $2, 'pending', $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12::jsonb, $13::jsonb, $14, $15, $16)
       returning *`,
      [
        id,
        question.kind,
        secrets.pseudonym(binding),
        secrets.pseudonym(binding.principal),
        principal.person === undefined ? null : secrets.pseudonym(personKey(principal.person)),
        principal.agent,
        request.run,
        request.server,
        decision.policySet,
        JSON.stringify(decision.policies),
        JSON.stringify(decision.reasons),
        JSON.stringify({ effect, sendsOut, ...request.label }),
        JSON.stringify(question.kind === 'declassification' ? { ...rule, reasonRequired: true } : rule),
        nowMs,
        nowMs + question.lifetimeMs,
        secrets.seal(sealed, requestPlace(id)),
      ],
    );
    return this.#changed('requested', row, call);
  }

  /** One approval; undefined when there is none, or what it is about was erased. */
  async get(id: string): Promise<Approval | undefined> {
    const [row] = await this.#sql.query('select * from ix.approvals where id = $1', [id]);
    return row === undefined ? undefined : this.#opened(row);
  }

  /** What waits, and then what is settled; newest first. */
  async list({ states, limit = limits.approvalsListedMax }: ApprovalFilter = {}): Promise<readonly Approval[]> {
    const rows = await this.#sql.query(
      `select * from ix.approvals where $1::jsonb is null or $1::jsonb ?
         case when state in ('pending', 'approved') and expires_ms <= $3 then 'expired' else state end
       order by (state = 'pending' and expires_ms > $3) desc, created_ms desc, id limit $2`,
      [
        states === undefined ? null : JSON.stringify(states),
        Math.min(limit, limits.approvalsListedMax),
        this.#parts.clock.now(),
      ],
    );
    return rows.flatMap((row) => this.#opened(row) ?? []);
  }

  /** Takes somebody's answer: the first that counts stands. */
  async answer(id: string, approver: Approver, verdict: Verdict, channel: ApprovalChannel): Promise<Answered> {
    const nowMs = this.#parts.clock.now();
    const approval = await this.get(id);
    if (approval === undefined) return { kind: 'refused', reason: 'approval.unknown' };
    const reason = judgeAnswer(approval, approver, verdict, nowMs, this.#parts.people);
    if (reason !== undefined) return { kind: 'refused', reason };
    const state = verdict.decision === 'approve' ? 'approved' : 'denied';
    const { secrets } = this.#parts;
    const answer: Answer = { approver: approver.person, reason: verdict.reason.trim(), channel, atMs: nowMs };
    const answered = await this.#sql.transaction(async (sql) => {
      const [row] = await sql.query(
        `update ix.approvals set state = $2, answer = $3, approver = $4, settled_ms = $5
         where id = $1 and state = 'pending' and expires_ms > $5 returning *`,
        [id, state, secrets.seal(answer, answerPlace(id)), secrets.pseudonym(personKey(approver.person)), nowMs],
      );
      return row === undefined ? undefined : this.#changed(state, row);
    });
    if (answered === undefined) return { kind: 'refused', reason: 'approval.settled' };
    this.#waiters.wake(id);
    return { kind: 'answered', approval: answered };
  }

  /**
   * Uses an approval for a call: once, and only for exactly what was approved. The event is recorded before it resolves,
   * and the call goes out after.
   *
   * @param id the approval, where the client says which; otherwise the oldest that fits
   */
  async use(binding: Binding, call: string, id?: string): Promise<Used> {
    const nowMs = this.#parts.clock.now();
    const used = await this.#sql.transaction(async (sql) => {
      const [row] = await sql.query(
        `with open as materialized (
           select id, used_by as released from ix.approvals
           where binding = $1 and state = 'approved' and expires_ms > $2 and ($4::text is null or id = $4)
           order by created_ms, id limit 1 for update skip locked)
         update ix.approvals as a set state = 'used', settled_ms = $2, used_by = $3, rounds = 1
         from open where a.id = open.id and a.state = 'approved'
         returning a.*, open.released`,
        [this.#parts.secrets.pseudonym(binding), nowMs, call, id ?? null],
      );
      if (row === undefined) return undefined;
      if (typeof row['released'] === 'string') await this.#changed('released', row, row['released']);
      return this.#changed('used', row, call);
    });
    if (used !== undefined) return { kind: 'used', approval: used };
    const approval = id === undefined ? undefined : await this.get(id);
    // Where it would fit, somebody else was quicker.
    const reason =
      approval === undefined ? 'approval.unknown' : (judgeUse(approval, binding, nowMs) ?? 'approval.used');
    return { kind: 'refused', reason };
  }

  /**
   * Gives an approval back that a call used and that certainly nothing was sent for: only by that call, and not after its first
   * round. A ledger that takes no events is the usual reason, so the next use records it, before it counts.
   */
  async release(id: string, call: string): Promise<void> {
    await this.#sql.query(
      `update ix.approvals set state = 'approved', rounds = 0
       where id = $1 and state = 'used' and used_by = $2 and rounds = 1 and request is not null`,
      [id, call],
    );
  }

  /**
   * Takes the next round of a call that used an approval and that the server answered with a question (multi round-trip
   * requests): each round once.
   *
   * @param round rounds that went upstream before
   */
  async proceed(id: string, binding: Binding, round: number, call: string): Promise<Used> {
    const proceeding = await this.#sql.transaction(async (sql) => {
      const [row] = await sql.query(
        `update ix.approvals set rounds = rounds + 1
         where id = $1 and state = 'used' and binding = $2 and rounds = $3 returning *`,
        [id, this.#parts.secrets.pseudonym(binding), round],
      );
      return row === undefined ? undefined : this.#changed('continued', row, call);
    });
    if (proceeding !== undefined) return { kind: 'used', approval: proceeding };
    const approval = await this.get(id);
    const isOther = approval !== undefined && !asksTheSame(approval.binding, binding);
    return { kind: 'refused', reason: isOther ? 'approval.other-policy' : 'approval.used' };
  }

  /**
   * Waits until an approval is no longer pending: at once where the answer comes by this process, within a second where
   * by another.
   *
   * @returns the approval as it then is; pending when nobody answered in time
   */
  async settled(id: string, waitMs: number, signal?: StopSignal): Promise<Approval | undefined> {
    const { timer, clock } = this.#parts;
    const untilMs = clock.now() + waitMs;
    const left = signal === undefined ? [] : [abortSignalOf(signal)];
    for (;;) {
      const woken = this.#waiters.listen(id);
      try {
        const approval = await this.get(id);
        const nowMs = clock.now();
        if (approval?.state !== 'pending' || nowMs >= untilMs || signal?.aborted === true) return approval;
        await timer.wait(Math.min(pollMs, untilMs - nowMs), AbortSignal.any([woken.signal, ...left]));
      } finally {
        woken.done();
      }
    }
  }

  /** Ends what nobody answered or used in time, and records it. @returns how many */
  async expire(): Promise<number> {
    const ended = await this.#sql.transaction((sql) => this.#expire(sql));
    for (const { id } of ended) this.#waiters.wake(id);
    return ended.length;
  }

  async #expire(sql: Sql, condition = '', parameters: readonly unknown[] = []): Promise<readonly Approval[]> {
    const rows = await sql.query(
      `update ix.approvals set state = 'expired', settled_ms = $1
       where id in (
         select id from ix.approvals
         where state in ('pending', 'approved') and expires_ms <= $1 ${condition} for update skip locked)
       returning *`,
      [this.#parts.clock.now(), ...parameters],
    );
    const ended: Approval[] = [];
    for (const row of rows) if (this.#opened(row) !== undefined) ended.push(await this.#changed('expired', row));
    return ended;
  }

  /** Removes what was settled before a time: the ledger keeps what happened. @returns how many */
  async forget(beforeMs: number): Promise<number> {
    const rows = await this.#sql.query(
      "delete from ix.approvals where state in ('denied', 'used', 'expired') and settled_ms < $1 returning id",
      [beforeMs],
    );
    return rows.length;
  }

  /**
   * Destroys what is kept about a person, who asked or who answered. What is not used yet is good for nothing after that.
   *
   * @returns how many approvals that touched
   */
  async erase(person: Person): Promise<number> {
    const rows = await this.#sql.query(
      `update ix.approvals set request = null, answer = null, person = null, approver = null,
         state = case when state in ('pending', 'approved') then 'expired' else state end,
         settled_ms = coalesce(settled_ms, $2)
       where person = $1 or approver = $1 returning id`,
      [this.#parts.secrets.pseudonym(personKey(person)), this.#parts.clock.now()],
    );
    for (const { id } of rows) this.#waiters.wake(String(id));
    return rows.length;
  }

  #opened(row: Readonly<Record<string, unknown>>): Approval | undefined {
    const approval = openRow(row, this.#parts.secrets);
    // Whether or not the sweep came by.
    const isOver = approval !== undefined && ['pending', 'approved'].includes(approval.state);
    return isOver && approval.expiresMs <= this.#parts.clock.now() ? { ...approval, state: 'expired' } : approval;
  }

  /** Records a change before it is committed. */
  async #changed(
    step: ApprovalStep,
    row: Readonly<Record<string, unknown>> | undefined,
    call?: string,
  ): Promise<Approval> {
    const approval = row === undefined ? undefined : this.#opened(row);
    if (approval === undefined) throw new DemarcError('DMC_APPROVAL', 'what the approval is about cannot be opened');
    const { record, clock } = this.#parts;
    await record(approvalEvent(step, approval, clock.now(), call));
    return approval;
  }
}
