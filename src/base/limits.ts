/**
 * Every limit of Demarc, with its unit in the name. Exceeding one is a recorded gap (or a clear error), never
 * silence and never a hang. Each is tested at n and n+1.
 */
export const limits = {
  /** A file larger than this is not read; it becomes a gap. */
  fileBytesMax: 8 * 1024 * 1024,
  /** Application source above this size is generated or bundled; not parsed. */
  sourceBytesMax: 1024 * 1024,
  /** Files below one assessed path. */
  filesMax: 200_000,
  /** Directory nesting below an assessed path. */
  directoryDepthMax: 64,
  /** Nesting of values and blocks in any parsed document. */
  nestingDepthMax: 128,
  /** Nodes one document may expand to (YAML aliases, HCL for_each, dynamic blocks). */
  expandedNodesMax: 200_000,
  /** Instances one Terraform block may expand to by count or for_each. */
  instancesMax: 1_000,
  /** Local module calls below one another. */
  moduleDepthMax: 32,
  /** Steps one expression may take while it is evaluated. */
  evaluationStepsMax: 200_000,
  /** Characters of one string value kept in a resource. */
  stringLengthMax: 65_536,
  /** Characters of a string a rule's regular expression looks at. */
  matchLengthMax: 8_192,
  /** Characters of a code excerpt line in a report. */
  excerptLineLengthMax: 240,
  /** Gaps listed for one file; the rest are counted in one more. */
  gapsPerFileMax: 50,
  /** Bytes of one record of an imported log; a longer one is a gap. */
  logRecordBytesMax: 16 * 1024 * 1024,
  /** Bytes a compressed log may unpack to, and how many times its size; the ratio counts from the free bytes on. */
  logUnpackedBytesMax: 8 * 1024 * 1024 * 1024,
  logUnpackedRatioMax: 250,
  logUnpackedRatioFreeBytes: 64 * 1024 * 1024,
  /** Gaps listed for one imported log; the rest are counted in one more. */
  gapsPerLogMax: 200,
  /** Calls of a ledger that are compared between sources; further ones are counted, not compared. */
  comparedCallsMax: 2_000_000,
  /** Edges a path rule may follow from one resource. */
  pathLengthMax: 12,
  /** Characters of a text in a column of the ledger's index; a longer one is its beginning and its hash. */
  indexedTextLengthMax: 512,
  /** Characters of a payload that its full-text index covers. */
  searchableTextLengthMax: 65_536,
  /** Characters of a text a search looks for; a database nests as deep as it has words. */
  searchTextLengthMax: 1_024,
  /** Entries projected in one transaction. */
  indexBatchEntriesMax: 1_000,
  /** Characters of rows and texts projected in one transaction; one entry more may pass it. */
  indexBatchLengthMax: 4 * 1024 * 1024,
  /** Events one page of a search may have. */
  searchEventsMax: 1_000,
  /** Events of one run, child runs with it, that are put together. */
  runEventsMax: 5_000,
  /** Child runs of one run that are put together. */
  runChildrenMax: 200,
  /** Principals whose runs are looked through for one by the name its client gave it. */
  runOwnersMax: 10_000,
  /** Characters of a payload a timeline shows. */
  timelinePayloadLengthMax: 20_000,
  /** Milliseconds one statement of the index may take. */
  databaseStatementMs: 60_000,
  /** Milliseconds until a connection to a database is made. */
  databaseConnectMs: 10_000,
  /** Connections to a database one process holds. */
  databaseConnectionsMax: 4,
  /** Feeds in one settings file. */
  feedsMax: 32,
  /** Bytes of a feeds' settings file. */
  feedSettingsBytesMax: 256 * 1024,
  /** Bytes of a secret read from a file. */
  feedSecretBytesMax: 16 * 1024,
  /** Events of one spooled batch. */
  feedBatchEventsMax: 1_000,
  /** Bytes of ledger entries in one spooled batch; a single larger entry makes a batch of its own. */
  feedBatchBytesMax: 4 * 1024 * 1024,
  /** Batches and bytes one feed spools ahead of its sink; then it waits, and the ledger keeps the rest. */
  feedSpoolBatchesMax: 64,
  feedSpoolBytesMax: 64 * 1024 * 1024,
  /** A payload larger than this never leaves through a feed. */
  feedPayloadBytesMax: 256 * 1024,
  /** Bytes of a sink's answer. */
  feedAnswerBytesMax: 4 * 1024 * 1024,
  /** Bytes of a feed's dead-letter file; then the feed waits to be looked at. */
  feedDeadLetterBytesMax: 64 * 1024 * 1024,
  /** Longest wait between two attempts, and the longest a sink may ask for. */
  feedRetryDelayMsMax: 60_000,
  feedRetryAfterMsMax: 3_600_000,
  /** Attempts in a row that fail before a run that is to end (`--once`) gives up. */
  feedAttemptsMax: 5,
  /** Requests of one attempt that the sink may refuse while the records at fault are looked for. */
  feedRefusalsMax: 64,
  /** Times a sink is asked whether it indexed what it took. */
  feedAsksMax: 10,
  /** Groups one correlation keeps at a time; the least recently used leaves first. */
  correlationGroupsMax: 10_000,
  /** Events one group of a correlation keeps; the oldest leave first. */
  correlationEventsMax: 1_000,
  /** Values of one kind (tools, destinations, …) a profile remembers for one agent. */
  profileValuesMax: 2_000,
  /** Runs or hours a profile keeps for comparison; the oldest leave first. */
  profileSamplesMax: 500,
  /** Agents with a profile; the least recently seen leaves first. */
  profilesMax: 5_000,
  /** Runs whose events are held until the run ends. */
  openRunsMax: 10_000,
  /** Entries before the first new one that fill the windows of correlations when detection goes on. */
  detectionWarmEntriesMax: 10_000,
  /** Events of one alert that are named as its evidence. */
  alertEventsMax: 20,
  /** Bytes of a signed note (C2SP signed-note asks verifiers to bound it). */
  noteBytesMax: 1_000_000,
  /** Signatures of a note; the specification asks for at least 16. */
  noteSignaturesMax: 100,
  /** Hashes of an inclusion or consistency proof (C2SP tlog-witness: at most 63 lines). */
  proofHashesMax: 63,
  /** Logs, witnesses and groups a witness policy may define; the specification asks for at least 32 each. */
  policyNamesMax: 1_000,
  /** Tiles a proof keeps in memory while it is made. */
  proofTilesMax: 64,
  /** Bundles that are read and hashed ahead while a log is verified. */
  bundlesAheadMax: 8,
  /** Times without any entry that a verification lists. */
  silencesMax: 100,
  /** Intervals between heartbeats, from the first on, that tell how far apart they come. */
  heartbeatIntervalsMax: 500,
  /** Problems a verification lists one by one; the rest are counted. */
  ledgerProblemsMax: 1_000,
  /** Bytes of a witness's answer. */
  witnessAnswerBytesMax: 65_536,
  /** Entries waiting in front of the ledger's writer; more are refused. */
  ledgerQueueEntriesMax: 100_000,
  /** Bytes of entries waiting in front of the ledger's writer; more are refused. */
  ledgerQueueBytesMax: 64 * 1024 * 1024,
  /** Bytes of entries written to the write-ahead log, and synced, at once. */
  ledgerBatchBytesMax: 4 * 1024 * 1024,
  /** A segment of the write-ahead log is followed by a new one once it holds this much. */
  ledgerWalSegmentBytes: 32 * 1024 * 1024,
  /** Bytes of the write-ahead log whose entries no checkpoint covers yet; nothing more is sequenced before some are. */
  ledgerWalBytesMax: 256 * 1024 * 1024,
  /** Bytes of sequenced entries in memory that are not in bundles yet; nothing more is sequenced before they are. */
  ledgerUnintegratedBytesMax: 32 * 1024 * 1024,
  /** One content-addressed blob beside the ledger. */
  ledgerBlobBytesMax: 256 * 1024 * 1024,
  /** Characters of an identifier that stands in clear in the ledger; a longer one is sealed. */
  identifierLengthMax: 256,
  /** Reason codes of one event. */
  reasonsMax: 32,
  /** Characters that name a person. */
  subjectLengthMax: 1_024,
  /** People one payload is about: its key is derived from a key of each. */
  subjectsPerEventMax: 256,
  /** An event that claims to be further ahead of the ledger's clock is recorded with a problem. */
  eventAheadMsMax: 24 * 60 * 60 * 1000,
  /** An event that claims to be older is recorded with a problem. */
  eventAgeMsMax: 10 * 366 * 24 * 60 * 60 * 1000,
  /** Bytes of one line of events on standard input. */
  eventLineBytesMax: 65 * 1024 * 1024,
  /** Events read from standard input that are not durable yet. */
  eventsInFlightMax: 4_096,
  /** Bytes of one payload, as JSON. */
  payloadBytesMax: 64 * 1024 * 1024,
  /** People whose keys are kept in memory. */
  subjectsCachedMax: 50_000,
  /** Characters of one run's texts that are kept to trace values; beyond them, what is not found counts as untrusted. */
  provenanceHistoryLengthMax: 4 * 1024 * 1024,
  /** Characters of answers about things the agent named by an id or a file, in which the user may say that a value stands. */
  namedSourcesLengthMax: 262_144,
  /** Characters of what a tool says that it did, in which ids and links are the server's own. */
  madeLengthMax: 200,
  /** Characters of what people told in a run, in which the user may say that all there is to know stands. */
  tellersLengthMax: 262_144,
  /** Characters of pieces of lines of mails and the like that may be read on as ids. */
  printedLengthMax: 65_536,
  /** Values one tool result is read into; a larger one is one free text. */
  provenanceFieldsMax: 50_000,
  /** Characters of answers that may wait until somebody asks where a value comes from. */
  provenanceUnreadLengthMax: 8_192,
  /** Nesting of a result's values and of a call's arguments that is followed. */
  provenanceDepthMax: 32,
  /** Characters of one argument value that is traced; a longer one is doubted. */
  provenanceValueLengthMax: 262_144,
  /** Characters of a text that is looked for as a whole in what a run has seen. */
  provenancePhraseLengthMax: 512,
  /** Values of one call that are traced; a call with more is doubted. */
  provenanceValuesMax: 1_000,
  /** Characters of the user's words that are searched for what they ask; what stands behind them asks for nothing. */
  userWordsLengthMax: 262_144,
  /** Texts of a user that one run takes in; further ones ask for nothing. */
  userTextsMax: 300,
  /** Things that one clause of a user asks to be ended. */
  askedObjectsMax: 16,
  /** Values of a call that are looked at for names, and characters of one. */
  namingValuesMax: 256,
  namingLengthMax: 512,
  /** Characters and words of a field that counts as structured. */
  structuredLengthMax: 80,
  structuredWordsMax: 10,
  /** Words of a field of which any part counts as a value. */
  structuredValueWordsMax: 6,
  /** Lines of a plain list that counts as structured. */
  structuredLinesMax: 200,
  /** Bytes of one recorded run on its line. */
  replayRunBytesMax: 16 * 1024 * 1024,
  /** Tools of one manifest or `tools/list` answer. */
  manifestToolsMax: 10_000,
  /** Words for what one of them acts on, or arguments by which it sends, and characters of one. */
  manifestWordsMax: 64,
  manifestWordLengthMax: 256,
  /** Characters of an access token or run token. */
  tokenLengthMax: 16_384,
  /** Credentials that were verified and are remembered, and for how many milliseconds at most. */
  tokenCacheEntriesMax: 10_000,
  tokenCacheMs: 60_000,
  /** Issuers of access tokens one gateway accepts. */
  issuersMax: 16,
  /** Groups, roles or scopes of one token or setting. */
  identityValuesMax: 1_000,
  /** Seconds a clock of an issuer may be off. */
  clockSkewSecondsMax: 300,
  /** Bytes of an issuer's metadata or keys, and milliseconds until they are there. */
  identityAnswerBytesMax: 256 * 1024,
  identityRequestMs: 5_000,
  /** Keys of one issuer. */
  issuerKeysMax: 100,
  /** Milliseconds after which an issuer's keys are fetched again, and until which they count while that fails. */
  issuerKeysFreshMs: 600_000,
  issuerKeysStaleMs: 3_600_000,
  /** Milliseconds between two attempts to fetch keys: because a token names an unknown one, and after a failure. */
  issuerKeysUnknownMs: 30_000,
  issuerKeysRetryMs: 5_000,
  /** Milliseconds a run token lasts at most. */
  runTokenMsMax: 24 * 60 * 60 * 1000,
  /** API keys of one gateway. */
  apiKeysMax: 10_000,
  /** Milliseconds until the folder of API keys is looked at again, and until which they count while that fails. */
  apiKeysCheckMs: 1_000,
  apiKeysStaleMs: 60_000,
  /** Revocations kept one by one; then one of everything takes their place. */
  revocationsMax: 100_000,
  /** Principals whose run without a name is kept open; the least recently seen leaves first. */
  idleRunsMax: 10_000,
  /** Milliseconds in which refusals of one cause and address are one event, and how many of these are counted at a time. */
  refusalTallyMs: 60_000,
  refusalTalliesMax: 10_000,
  /** Runs that a gateway knows in full; of older ones it knows the labels. */
  gatewayRunsMax: 5_000,
  /** Bytes of memory that all their texts and events take together, roughly; then the ones used last are known in full. */
  gatewayRunsBytesMax: 256 * 1024 * 1024,
  /** Servers of one gateway. */
  gatewayServersMax: 500,
  /** Tools of one server that policies can name. */
  gatewayServerToolsMax: 5_000,
  /** Views of servers by principals that are remembered. */
  gatewayViewsMax: 10_000,
  /** Pages of one list of a server that the gateway asks for itself. */
  gatewayListPagesMax: 100,
  /** Programs that are asked for what they offer at a time when the gateway starts. */
  gatewayStartsMax: 4,
  /** Runs of which the labels are kept on disk. */
  runLabelsMax: 100_000,
  /** Events of a run that are heard again by policies that change meanwhile. */
  gatewayRunEventsMax: 1_000,
  /** Bytes of their arguments and results, as JSON. */
  gatewayRunEventsBytesMax: 256 * 1024,
  /** Times a server may ask for input about one call (era bridge). */
  bridgeRoundsMax: 16,
  /** Resources one client is told about. */
  bridgeSubscriptionsMax: 1_000,
  /** Connections to one stateful server for one client of the stateless era: one for each set of capabilities. */
  bridgeSessionsMax: 8,
  /** What a server says unasked and nobody took yet: notifications, and questions. */
  bridgeUnheardMax: 1_000,
  /** Calls that wait for a client to come back with answers, and for how long. */
  bridgePendingMax: 256,
  bridgePendingMs: 10 * 60_000,
  /** Approvals one principal may have waiting; a further call is denied. */
  approvalsPendingMax: 100,
  /** Bytes of arguments, as canonical JSON, that a person can be asked about; a call with more is denied. */
  approvalArgumentsBytesMax: 256 * 1024,
  /** Approvals that are listed at once. */
  approvalsListedMax: 500,
  /** Characters of the reason somebody gives; a longer one is refused, not cut. */
  approvalReasonLengthMax: 2_000,
  /** Bytes of an answer to an approval: a form, JSON, or a callback. */
  approvalAnswerBytesMax: 64 * 1024,
  /** Characters of an upstream's `requestState` that the gateway carries inside its own; a longer one ends the call. */
  requestStateLengthMax: 64 * 1024,
  /** Bytes of the body of one request to the gateway. */
  gatewayRequestBytesMax: 4 * 1024 * 1024,
  /** Bytes of one message of a server: a JSON answer, an event of a stream or a line of standard output. */
  gatewayMessageBytesMax: 16 * 1024 * 1024,
  /** Nesting of a JSON-RPC message. */
  gatewayMessageDepthMax: 128,
  /** Sessions of the stateful era the gateway holds. */
  gatewaySessionsMax: 50_000,
  /** Milliseconds a session may lie unused, and how often that is looked at. */
  gatewaySessionIdleMs: 60 * 60 * 1000,
  gatewaySessionSweepMs: 60 * 1000,
  /** How often a stream without an end asks whether the credential of its client still counts. */
  gatewayProofMs: 5 * 1000,
  /** Tasks of servers whose principals the gateway remembers. */
  gatewayTasksMax: 50_000,
  /** Characters of a server's name for a task, or of its tool's name; a task with a longer one is nobody's. */
  gatewayTaskNameLengthMax: 1_024,
  /** Requests of a server that wait for the client's answer, in one session. */
  gatewayAskedMax: 256,
  /** Requests of a client whose answer may still come on another stream, in one session. */
  gatewayPendingMax: 256,
  /** Milliseconds a server may say nothing while a request waits for its answer. */
  gatewayCallIdleMs: 5 * 60 * 1000,
  /** Milliseconds a server has to say what it is; one that does not is taken for one of the stateful era, which may be silent. */
  gatewayProbeMs: 15_000,
  /** Milliseconds one of several servers has for its part in an answer of all; then it is given without it. Longer than to say what it is, and than programs take to start side by side on a busy machine; shorter than clients wait (60 s by the official SDKs). */
  gatewayPartMs: 45_000,
  /** Milliseconds a request may take in all, however much its server says. */
  gatewayCallMs: 60 * 60 * 1000,
  /** Bytes of the target and of the names and values of the header fields of one request to the gateway. */
  gatewayHeaderBytesMax: 32 * 1024,
  /** Milliseconds until the header fields, and until the whole of a request, are there; and a connection may lie unused. */
  gatewayHeadersMs: 15_000,
  gatewayRequestMs: 60_000,
  gatewayKeepAliveMs: 75_000,
  /** Milliseconds nothing is sent on a stream of events before a comment keeps it alive; it comes within twice this time. */
  gatewayStreamSilenceMs: 15_000,
  /** Processes of one server over standard input and output. */
  gatewayProcessesMax: 64,
  /** Those of one principal: the rest is for others. */
  gatewayProcessesOfOneMax: 32,
  /** Milliseconds a process that nobody uses goes on. */
  gatewayProcessIdleMs: 10 * 60 * 1000,
  /** Longest wait before a server that keeps exiting is started again. */
  gatewayRestartDelayMs: 10_000,
  /** Milliseconds a process has to end after its input was closed, and again after it was asked to terminate. */
  gatewayProcessEndMs: 2_000,
  /** Events for one reader that wait; notifications beyond them are dropped, requests of the server refused. */
  gatewayQueuedEventsMax: 1_000,
  /** Characters of those events together; what waits alone may be longer. */
  gatewayQueuedLengthMax: 4 * 1024 * 1024,
  /** Characters of a server's standard error that are kept. */
  gatewayErrorOutputLengthMax: 65_536,
  /** Lines of it that an operator is shown, and characters of one. */
  errorLinesMax: 20,
  errorLineLengthMax: 200,
  /** Resources and templates that are remembered for one principal, to know whose they are; and principals they are remembered for. */
  gatewayResourcesMax: 20_000,
  gatewayResourceIndexesMax: 1_000,
  /** Connections the gateway takes at once. */
  gatewayConnectionsMax: 20_000,
  /** Bytes of an answer, and milliseconds until it is there, when credentials for upstream servers are obtained. */
  brokerAnswerBytesMax: 256 * 1024,
  brokerRequestMs: 10_000,
  /** Milliseconds a person has to give their consent. */
  brokerConsentMs: 600_000,
  /** Consents that are waited for at a time; more are refused. */
  brokerConsentsMax: 1_000,
  /** Of those, the ones that one holder is asked for. */
  brokerHolderConsentsMax: 8,
  /** Characters of a token. */
  brokerTokenLengthMax: 16_384,
  /** Scopes one token is asked for. */
  brokerScopesMax: 64,
  /** Times a token is asked for again with more scopes; then the server's challenges are refused. */
  brokerStepUpsMax: 5,
  /** Tokens held in memory; what is stored is read again. */
  brokerTokensMax: 10_000,
  /** Milliseconds a failure stands before it is tried again. */
  brokerRetryMs: 5_000,
  /** Milliseconds what was discovered about a server is relied on. */
  brokerDiscoveryMs: 600_000,
  /** Milliseconds a secret that was read is kept. */
  brokerSecretMs: 30_000,
  /** Bytes of a secret. */
  brokerSecretBytesMax: 65_536,
  /** Bytes of one policy file, and policies of one set. */
  policyFileBytesMax: 1024 * 1024,
  policiesMax: 2_000,
  /** Brackets and conditionals inside one another in a policy; Cedar's parser has a small stack. */
  policyNestingMax: 32,
  /** Operators of one policy: a chain of them nests as deep as it is long. */
  policyOperatorsMax: 200,
  /** Entities of one set. */
  policyEntitiesMax: 100_000,
  /** Problems of a policy set that are listed one by one. */
  policyProblemsMax: 100,
  /** Parts of one tool's JSON Schema that are read, references followed, and how deep they nest. */
  schemaNodesMax: 5_000,
  /** The same of all tools of one server together; with more, none of what it lists anew is known to policies. */
  schemaNodesServerMax: 50_000,
  schemaDepthMax: 16,
  /** Parts without a type that are listed for one tool. */
  schemaLeftOutMax: 100,
  /** Attempts to deliver one notification; then it is given up, and that is told. */
  notificationAttemptsMax: 5,
  /** Notifications under way at once; a further one is given up, and that is told. */
  notificationsMax: 1_000,
  /** Counters of budgets in memory; that of the run that was used least recently makes room, without any the call is denied. */
  budgetCountersMax: 100_000,
  /** Runs whose latest calls are kept to find loops; the least recently active leaves first. */
  loopRunsMax: 10_000,
  /** Latest calls of one run that are compared to find loops. */
  loopCallsMax: 256,
  /** Kills in force; with more, everything is stopped. */
  killsMax: 10_000,
  /** Bytes of a kill's file; a larger one stops everything. */
  killFileBytesMax: 16 * 1024,
  /** Texts of one definition of a server that are inspected; one with more is blocked. */
  definitionFieldsMax: 20_000,
  /** Characters of one text of a definition that are inspected; a longer one is blocked. */
  definitionTextLengthMax: 65_536,
  /** Findings told of one definition. */
  definitionFindingsMax: 50,
  /** Nodes a schema may have once its references are followed. */
  schemaExpandedNodesMax: 200_000,
  /** Servers and definitions of one lock file. */
  lockServersMax: 1_000,
  lockDefinitionsMax: 50_000,
  /** Clients of one posture lock, and settings of one of them. */
  lockedClientsMax: 1_000,
  lockedSettingsMax: 500,
  /** Definitions a watch of lists remembers for one server; of any more, nothing is admitted. */
  watchedDefinitionsMax: 10_000,
  /** Milliseconds in which a server has to list everything when `demarc mcp` asks it, and in which it has to say what it speaks. */
  mcpListMs: 60_000,
  mcpProbeMs: 5_000,
  /** Milliseconds one window of a temporal condition may look back. */
  temporalWindowMsMax: 24 * 60 * 60 * 1000,
  /** Temporal conditions of one policy set. */
  temporalConditionsMax: 1_000,
  /** Temporal operators inside of one another. */
  temporalNestingMax: 8,
  /** Parts of one temporal condition once its macros are expanded. */
  temporalNodesMax: 2_000,
  /** Rows of history all temporal conditions of one run keep; past them what needs more is unknown. */
  temporalRowsMax: 50_000,
  /** Characters of a value that a run's history keeps as they are; of a longer one, its hash. */
  temporalValueLengthMax: 256,
  /** Places one server may connect to, paths it is given in one list, and arguments it is started with. */
  sandboxEgressRulesMax: 64,
  sandboxPathsMax: 64,
  sandboxArgumentsMax: 256,
  /** Files and bytes of one program or package that is pinned. */
  sandboxTreeFilesMax: 200_000,
  sandboxTreeBytesMax: 2 * 1024 * 1024 * 1024,
  /** Bytes a package's archive may unpack to. */
  sandboxArchiveBytesMax: 512 * 1024 * 1024,
  /** Bytes of one line of a server's standard output; a longer one ends it. */
  sandboxLineBytesMax: 64 * 1024 * 1024,
  /** Connections out of one sandbox at a time. */
  sandboxConnectionsMax: 256,
  /** Milliseconds until a connection out of a sandbox is made, its name looked up included. */
  sandboxConnectMs: 10_000,
} as const;
