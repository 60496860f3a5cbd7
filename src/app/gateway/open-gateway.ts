import { join, resolve } from 'node:path';
import { DemarcError, messageOf, reasonOf } from '../../base/errors.ts';
import { Broker } from '../../broker/broker.ts';
import { SealedFolder } from '../../broker/sealed-folder.ts';
import type { VerifierKey } from '../../ledger/note.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import { Directory } from '../../gateway/definitions/directory.ts';
import type { Exchange } from '../../gateway/exchange.ts';
import { type Identity, openIdentity } from '../../gateway/identify/identity.ts';
import { RunFinder } from '../../gateway/identify/run-of.ts';
import type { GuardRules } from '../../gateway/http/guard.ts';
import type { PipelineParts } from '../../gateway/pipeline/parts.ts';
import { Pipeline } from '../../gateway/pipeline/pipeline.ts';
import type { RunLabels } from '../../gateway/pipeline/runs.ts';
import { Relay } from '../../gateway/relay.ts';
import type { Upstream } from '../../gateway/upstream/upstream.ts';
import type { Principal } from '../../model/principal.ts';
import type { EventInput } from '../../model/event.ts';
import { ApprovalStore } from '../../store/approvals/approval-store.ts';
import { ApprovalSecrets } from '../../store/approvals/secrets.ts';
import { approverRule } from '../../store/approvals/settings.ts';
import { KillFolder } from '../../store/kill-switch/kill-folder.ts';
import { KillSwitch } from '../../store/kill-switch/kill-switch.ts';
import { RunLabelFile } from '../../store/run-labels/run-labels.ts';
import type { Context } from '../context.ts';
import { isLedger, makeLedger } from '../ledger/make-ledger.ts';
import { openForWriting, type OpenLedger } from '../ledger/open-for-writing.ts';
import { cryptoRandom, ledgerPlace } from '../ledger/place.ts';
import { nodeDurableFiles } from '../node-durable-files.ts';
import { nodeHttp } from '../node-http.ts';
import { nodeKeyFiles } from '../node-key-files.ts';
import { nodeTimer } from '../node-timer.ts';
import { readSetFolder, type SetFolder, shippedFolder } from '../policy/read-set.ts';
import { openSecrets } from '../commands/gateway/secret-run.ts';
import { AttributesFile } from './attributes.ts';
import { type ApprovalContacts, openApprovals, type OpenApprovals, readContacts } from './approvals.ts';
import { openBudgets, type OpenBudgets } from './budgets.ts';
import { credentialSource, credentialsOf } from './broker-credentials.ts';
import { configurationId } from './configuration-id.ts';
import { type GatewayConfig, readNamed } from './read-config.ts';
import { FirstSeenFile } from './first-seen.ts';
import type { KeptServersParts } from './kept-servers.ts';
import { KnownTools } from './known-tools.ts';
import { ServerLists } from './server-lists.ts';
import { signedLaunches } from './sign-config.ts';
import { SignedTimes } from './signed-times.ts';
import { Pins } from './pins.ts';
import { Policies } from './policies.ts';
import { integrityOf } from './integrity.ts';
import { labelsInto, recordInto } from './record.ts';
import { readManifests } from './manifests.ts';
import { type NoteRefusal, recordRefusals } from './refusals.ts';
import { route } from './routes.ts';
import { startPorts } from './start-ports.ts';
import { localNames, pathOf, termsOf } from './settings-seen.ts';
import { openRevocations } from './revocations.ts';
import { isStateSqlUsed, LazySql, openStateSql, stateSecret } from './state-database.ts';
import { killFolderIn, runLabelsIn, stateFolderOf } from './state-folder.ts';
import { TaskFile, type TaskFileParts } from './task-file.ts';
import { UnderWay } from './under-way.ts';
import { undiciHttp } from './undici-http.ts';
import { upstreamOf } from './upstreams.ts';
import { version } from '../version.ts';

/** A gateway that is ready to answer. */
export interface OpenGateway {
  readonly handle: (exchange: Exchange) => Promise<void>;
  readonly ledger: string;
  readonly policySet: string;
  /** Ids of its policies that can ask a person. */
  readonly asking: readonly string[];
  /** Loads pins, attributes and policies again. @returns whether they took over */
  reload(): boolean;
  close(): Promise<void>;
}

export interface GatewayOptions {
  readonly settings: GatewayConfig;
  /** The signed statement about its servers that are programs; undefined where there is none. */
  readonly signature?: string | undefined;
  /** The key it must be of; that of the state folder where absent. */
  readonly serverKey?: VerifierKey | undefined;
  /** Folder of the configuration, and its file where it is in one. */
  readonly folder: string;
  readonly path?: string | undefined;
  /** One line for the operator. */
  readonly tell: (line: string) => void;
}

/**
 * Opens everything a gateway needs, in the order in which things must be there: the ledger first, since nothing happens that is
 * not recorded.
 *
 * @throws DemarcError of whatever cannot be opened; nothing is left open then
 */
export async function openGateway(context: Context, options: GatewayOptions): Promise<OpenGateway> {
  const opening = new Opening(context, options);
  try {
    return await opening.open();
  } catch (thrown) {
    await opening.close();
    throw thrown;
  }
}

/** What was approved of what servers list, and what they were seen to list. */
interface Listed {
  readonly pins: Pins;
  readonly directory: Directory;
}

class Opening {
  readonly #context: Context;
  readonly #options: GatewayOptions;
  readonly #state: string;
  #database: LazySql | undefined;
  /** The access tokens of the principals there are now: one goes with its principal. */
  readonly #shown = new WeakMap<Principal, string>();
  /** What has to be closed, in the order it was opened. */
  readonly #closing: (() => Promise<void> | void)[] = [];

  constructor(context: Context, options: GatewayOptions) {
    this.#context = context;
    this.#options = options;
    this.#state = stateFolderOf(context.environment, options);
  }

  async open(): Promise<OpenGateway> {
    const { settings } = this.#options;
    this.#outliveDefects();
    const ledger = await this.#ledger();
    const { recorder } = ledger;
    const record = recordInto({ recorder, clock: this.#context.clock, tell: (line) => this.#tell(line) });
    const later = this.#later(record);
    const kill = await this.#kill(later);
    const attributes = this.#attributes(later);
    const identity = await this.#identity(attributes, later);
    const broker = await this.#broker(record);
    // Before servers are started: what lacks is known then.
    const contacts = await readContacts(settings.approvals, (reference) => broker.readSecret(reference));
    const upstreams = await this.#upstreams(broker, record);
    const isProgram = (server: string): boolean => !('url' in (settings.servers[server] ?? {}));
    const lists = new ServerLists(upstreams, isProgram);
    const signed = await this.#signed();
    const pins = new Pins(this.#context, this.#options.folder, settings, await this.#firstSeen(), {
      tell: (line) => this.#tell(line),
      signed,
    });
    const [approvals, { directory, policies }] = await Promise.all([
      this.#approvals(record, contacts),
      this.#policies(lists, pins, signed, later),
    ]);
    const budgets = await this.#budgets();
    const finder = new RunFinder(settings.identity.runs);
    const pipeline = new Pipeline({
      clock: this.#context.clock,
      random: cryptoRandom,
      decider: () => policies.current,
      mode: () => settings.mode,
      record,
      readsWithoutRecord: () => settings['reads-without-record'],
      userWords: settings.identity.runs['user-words'],
      runOf: ({ principal, named, session }) => finder.runOf(principal, { named, session }, this.#context.clock.now()),
      labels: await this.#labels(),
      approvals: { gate: approvals.gate, ruleOf: (decision, kind) => approverRule(settings.approvals, decision, kind) },
      budgets: budgets.budgets,
      loops: budgets.loops,
      kill,
      credentials: credentialsOf(broker),
      integrity: integrityOf(directory, pins, lists),
      terms: (server) => termsOf(settings, server),
    });
    const rules = this.#rules();
    const { refused, close } = recordRefusals(this.#context.clock, later);
    this.#closing.push(close);
    const relay = this.#relay(identity, refused, pipeline, upstreams, await this.#tasks(), rules);
    const parts = {
      identity,
      refused,
      relay,
      approvals,
      approverScope: settings.approvals.scope,
      broker,
      clientDocumentPath: pathOf(settings.credentials['client-metadata-url']),
      rules,
    };
    return {
      handle: (exchange) => route(exchange, parts),
      ledger: this.#ledgerFolder(),
      policySet: policies.current.digest,
      asking: policies.asking,
      reload: () => this.#reload({ pins, directory }, attributes, policies),
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).reverse())
      await Promise.resolve(close()).catch((thrown: unknown) => this.#tell(messageOf(thrown)));
  }

  /** Reads pins, attributes and policies again; of each, what does not load leaves what held before. */
  #reload(listed: Listed, attributes: AttributesFile | undefined, policies: Policies): boolean {
    const loaded = [this.#reloadPins(listed), attributes?.reload() ?? true, policies.reload()];
    return loaded.every(Boolean);
  }

  #reloadPins({ pins, directory }: Listed): boolean {
    try {
      pins.reload();
      // What clients were shown was looked at by the pins before.
      directory.forget();
      return true;
    } catch (thrown) {
      this.#tell(`pins stay as they were: ${withHint(thrown)}`);
      return false;
    }
  }

  /**
   * A rejection that nobody waits for is a defect, and no reason to end: whatever is decided, recorded or sent is waited for, and fails closed by
   * itself, while one server that finds such a defect would end the gateway for all. What is thrown elsewhere does end the process.
   */
  #outliveDefects(): void {
    const tell = (thrown: unknown): void => {
      const what = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      this.#tell(`a defect, please report it: ${what.replace(/\s*\n\s*/g, ' ')}`);
    };
    process.on('unhandledRejection', tell);
    this.#closing.push(() => void process.off('unhandledRejection', tell));
  }

  #tell(line: string): void {
    this.#options.tell(line);
  }

  /** Records what nobody waits for; the ledger is not closed before it is done. */
  #later(record: PipelineParts['record']): (event: EventInput) => void {
    const underWay = new UnderWay();
    this.#closing.push(() => underWay.ended());
    return (event) => void underWay.add(record(event, 'durable')).catch(() => undefined);
  }

  #ledgerFolder(): string {
    const { ledger } = this.#options.settings;
    return ledger === undefined ? join(this.#state, 'ledger') : resolve(this.#options.folder, ledger);
  }

  async #ledger(): Promise<OpenLedger> {
    const place = ledgerPlace(this.#context, this.#ledgerFolder());
    if (!(await isLedger(place))) {
      const { origin } = await makeLedger(place, { settings: {} });
      this.#tell(`made the ledger ${place.directory} (${origin})`);
    }
    const ledger = await openForWriting(place, { source: 'gateway' }).catch((thrown: unknown) => {
      throw inUse(thrown);
    });
    this.#closing.push(() => ledger.close());
    const beat = setInterval(() => void ledger.recorder.beat().catch(() => undefined), 60_000).unref();
    this.#closing.push(() => clearInterval(beat));
    return ledger;
  }

  async #kill(onChange: (event: EventInput) => void): Promise<KillSwitch> {
    const folder = new KillFolder(nodeDurableFiles(), killFolderIn(this.#state));
    const kill = new KillSwitch({ folder, onChange });
    await kill.refresh();
    const stop = new AbortController();
    const running = kill.run(nodeTimer, stop.signal);
    this.#closing.push(async () => {
      stop.abort();
      await running;
    });
    return kill;
  }

  /** @throws DemarcError `DMC_CONFIG_UNREADABLE`, `DMC_CONFIG_INVALID` */
  #attributes(later: (event: EventInput) => void): AttributesFile | undefined {
    const { settings, folder } = this.#options;
    if (settings.attributes === undefined) return undefined;
    const parts = {
      files: this.#context.files,
      path: resolve(folder, settings.attributes),
      name: settings.attributes,
      record: later,
      tell: (line: string) => this.#tell(line),
    };
    const attributes = readNamed(settings, ['attributes'], () => new AttributesFile(parts));
    this.#closing.push(attributes.watch());
    return attributes;
  }

  async #identity(attributes: AttributesFile | undefined, later: (event: EventInput) => void): Promise<Identity> {
    const { settings, folder } = this.#options;
    await this.#keyFiles().makeDirectory(this.#state, 0o700);
    const { revocations, close } = await openRevocations(this.#state, this.#keyFiles(), {
      clock: this.#context.clock,
      record: later,
      tell: (line) => this.#tell(line),
    });
    this.#closing.push(close);
    return openIdentity({
      settings: settings.identity,
      folder,
      http: nodeHttp(this.#context.environment.variables),
      files: this.#keyFiles(),
      clock: this.#context.clock,
      random: cryptoRandom,
      revocations,
      attributes: attributes?.attributes,
      ...(this.#exchanges ? { verified: (principal, token) => this.#shown.set(principal, token) } : {}),
      tell: (problem) => this.#tell(problem),
    });
  }

  /** Whether a server is used with tokens that people's are exchanged for: only then are people's kept, in memory. */
  get #exchanges(): boolean {
    return Object.values(this.#options.settings.servers).some(
      (server) => 'url' in server && ['token-exchange', 'enterprise-managed'].includes(server.credential.type),
    );
  }

  async #broker(record: PipelineParts['record']): Promise<Broker> {
    const { settings } = this.#options;
    const servers = Object.entries(settings.servers).flatMap(([name, server]) =>
      'url' in server ? [{ name, url: server.url, credential: server.credential }] : [],
    );
    const tokens = await SealedFolder.open(this.#keyFiles(), cryptoRandom, join(this.#state, 'tokens'));
    return new Broker(
      { settings: settings.credentials, servers, redirectUri: `${settings.identity.origin}/oauth/callback` },
      {
        http: nodeHttp(this.#context.environment.variables),
        clock: this.#context.clock,
        random: cryptoRandom,
        variables: this.#context.environment.variables,
        files: this.#keyFiles(),
        tokens,
        secrets: () => openSecrets(this.#context),
        record: async ({ event }) => void (await record(event, 'durable')),
        notice: ({ server, message }) => this.#tell(`server ${server}: ${message}`),
        subjectToken: (principal) => this.#shown.get(principal),
      },
    );
  }

  async #upstreams(broker: Broker, record: PipelineParts['record']): Promise<ReadonlyMap<string, Upstream>> {
    const { settings } = this.#options;
    const launches = await signedLaunches(this.#context, this.#options);
    const http = undiciHttp();
    this.#closing.push(() => http.close());
    const parts = {
      clock: this.#context.clock,
      random: cryptoRandom,
      http,
      launches,
      starting: await startPorts(launches, {
        clock: this.#context.clock,
        record,
        tell: (line) => this.#tell(line),
      }),
      secret: (reference: SecretReference) => broker.readSecret(reference),
      credentials: (server: string) => credentialSource(broker, server),
      tell: (line: string) => this.#tell(line),
    };
    const upstreams = new Map(
      Object.entries(settings.servers).map(([name, server]) => [name, upstreamOf(name, server, parts)]),
    );
    // Programs that were started to say what they offer would outlive a gateway that then does not open.
    this.#closing.push(
      async () => void (await Promise.all([...upstreams.values()].map((upstream) => upstream.close()))),
    );
    return upstreams;
  }

  async #approvals(record: PipelineParts['record'], contacts: ApprovalContacts): Promise<OpenApprovals> {
    const { approvals: settings, identity } = this.#options.settings;
    const approvals = openApprovals({
      settings,
      hasSignIn: identity.issuers.length > 0,
      sql: await this.#sql(),
      secrets: new ApprovalSecrets(await this.#secret('approvals.key'), cryptoRandom),
      clock: this.#context.clock,
      random: cryptoRandom,
      http: nodeHttp(this.#context.environment.variables),
      record,
      contacts,
      tell: (line) => this.#tell(line),
    });
    this.#closing.push(() => approvals.close());
    return approvals;
  }

  #secret(name: string): Promise<Uint8Array> {
    return stateSecret(this.#keyFiles(), this.#state, name);
  }

  /** The database: opened now where there is something in it, else when somebody has to be asked. */
  async #sql(): Promise<LazySql> {
    if (this.#database !== undefined) return this.#database;
    const sql = new LazySql(async () => {
      const opened = await openStateSql(this.#context, this.#state, () =>
        this.#tell('making the database of the gateway'),
      );
      try {
        await ApprovalStore.prepare(opened);
        return opened;
      } catch (thrown) {
        await opened.close();
        throw thrown;
      }
    });
    this.#database = sql;
    this.#closing.push(() => sql.close());
    if (isStateSqlUsed(this.#context, this.#state)) await sql.open();
    return sql;
  }

  async #labels(): Promise<RunLabels> {
    const labels = await RunLabelFile.open(nodeDurableFiles(), runLabelsIn(this.#state));
    this.#closing.push(() => labels.close());
    return labelsInto(labels, (line) => this.#tell(line));
  }

  async #budgets(): Promise<OpenBudgets> {
    const secrets = new ApprovalSecrets(await this.#secret('budgets.key'), cryptoRandom);
    const budgets = await openBudgets({
      settings: this.#options.settings.budgets,
      sql: await this.#sql(),
      clock: this.#context.clock,
      random: cryptoRandom,
      pseudonym: (text) => secrets.pseudonym(text),
      tell: (line) => this.#tell(line),
    });
    this.#closing.push(() => budgets.close());
    return budgets;
  }

  async #firstSeen(): Promise<FirstSeenFile> {
    const first = await FirstSeenFile.open({ ...this.#kept('first-seen.json'), clock: this.#context.clock });
    this.#closing.push(() => first.close());
    return first;
  }

  async #signed(): Promise<SignedTimes> {
    const signed = await SignedTimes.open({ ...this.#kept('signed.json'), clock: this.#context.clock });
    this.#closing.push(() => signed.close());
    return signed;
  }

  async #tasks(): Promise<TaskFile> {
    const secrets = new ApprovalSecrets(await this.#secret('tasks.key'), cryptoRandom);
    const tasks = await TaskFile.open({ ...this.#kept('tasks.jsonl'), pseudonym: (key) => secrets.pseudonym(key) });
    this.#closing.push(() => tasks.close());
    return tasks;
  }

  /** A file of the state folder about the servers. */
  #kept(name: string): KeptServersParts & Pick<TaskFileParts, 'files'> {
    return {
      files: nodeDurableFiles(),
      path: join(this.#state, name),
      servers: this.#options.settings.servers,
      tell: (line) => this.#tell(line),
    };
  }

  async #policies(
    lists: ServerLists,
    pins: Pins,
    signed: SignedTimes,
    later: (event: EventInput) => void,
  ): Promise<{ readonly directory: Directory; readonly policies: Policies }> {
    const { settings, folder } = this.#options;
    const { set, key } = { key: undefined, ...settings.policies };
    const manifests = readManifests(this.#context, folder, settings);
    const read = (): SetFolder =>
      shippedFolder(set) ??
      readNamed(settings, ['policies'], () => readSetFolder(this.#context.files, resolve(folder, set), set));
    const holder: { policies?: Policies } = {};
    const known = await KnownTools.open(this.#kept('known-tools.json'));
    this.#closing.push(() => known.close());
    const directory: Directory = new Directory({
      manifest: (server) => manifests.get(server) ?? new Map(),
      inspect: pins.inspect,
      approved: (server, name, definition) => pins.approved(server, name, definition),
      // While servers are asked for the first time, what is known of the others stays kept as it was.
      changed: () => {
        if (holder.policies === undefined) return;
        const tools = directory.tools();
        holder.policies.retool(tools);
        known.keep(tools);
      },
    });
    const silent = (server: string, why: string): void => {
      const before = known.of(server);
      directory.recall(before);
      const instead =
        before.length === 0
          ? '; it is asked again when it is used'
          : `; policies go by the ${before.length} it listed before`;
      this.#tell(`server ${server} does not say what it offers: ${why}${instead}`);
    };
    await lists.fillAll(directory, silent, (server) =>
      this.#tell(`waiting for server ${server} to say what it offers`),
    );
    known.keep(directory.tools());
    const policies = new Policies(
      {
        read,
        key,
        signed,
        clock: this.#context.clock,
        changed: (before, after) => {
          this.#tell(`policies changed: ${after}`);
          later({ kind: 'config.change', reference: 'policies', before, after });
        },
        refused: (thrown) => {
          this.#tell(`policies stay as they were: ${withHint(thrown)}`);
          later({ kind: 'config.change', reference: 'policies', outcome: 'error', error: codeOf(thrown) });
        },
      },
      directory.tools(),
    );
    holder.policies = policies;
    return { directory, policies };
  }

  #relay(
    identity: Identity,
    refused: NoteRefusal,
    pipeline: Pipeline,
    upstreams: ReadonlyMap<string, Upstream>,
    taskMemory: TaskFile,
    rules: GuardRules,
  ): Relay {
    const { settings } = this.#options;
    const relay = new Relay({
      identify: (exchange) => identity.identify(exchange),
      lacking: (principal, server) => identity.lacking(principal, server),
      refused,
      interceptor: pipeline,
      servers: upstreams,
      aggregate: { name: 'demarc', version },
      credentialHeaders: new Set(settings.identity['strip-headers']),
      rules,
      clock: this.#context.clock,
      random: cryptoRandom,
      taskMemory,
      failed: (server, thrown) => this.#tell(`server ${server}: ${reasonOf(thrown)}`),
    });
    this.#closing.push(() => relay.close());
    return relay;
  }

  /** Names this gateway goes by, and web pages that may talk to it. */
  #rules(): GuardRules {
    const { settings, path } = this.#options;
    const { host } = new URL(settings.identity.origin);
    const hosts = new Set([settings.listen, host, ...settings.hosts, ...localNames(settings.listen)]);
    return {
      hosts,
      origins: new Set([settings.identity.origin, ...settings.origins]),
      configuration: path === undefined ? undefined : configurationId(this.#context.files, path),
    };
  }

  #keyFiles(): ReturnType<typeof nodeKeyFiles> {
    return nodeKeyFiles(nodeDurableFiles(), this.#context.environment.platform);
  }
}

/** Who starts a second gateway knows of no ledger. */
function inUse(thrown: unknown): unknown {
  if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_LEDGER_BUSY') return thrown;
  return new DemarcError(thrown.code, thrown.message, {
    hint: `another gateway uses this state: set \`state\`, \`ledger\` and \`listen\` of one of them (${thrown.hint ?? ''})`,
    cause: thrown,
  });
}

function codeOf(thrown: unknown): string {
  return thrown instanceof DemarcError ? thrown.code : 'unexpected';
}

/** What went wrong and what to do about it, in one line. */
function withHint(thrown: unknown): string {
  const hint = thrown instanceof DemarcError ? thrown.hint : undefined;
  return hint === undefined ? messageOf(thrown) : `${messageOf(thrown)} (${hint})`;
}
