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
  /** Edges a path rule may follow from one resource. */
  pathLengthMax: 12,
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
} as const;
