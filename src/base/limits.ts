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
  /** Characters of a text in a column of the ledger's index; a longer one is its beginning and its hash. */
  indexedTextLengthMax: 512,
  /** Characters of a payload that its full-text index covers. */
  searchableTextLengthMax: 65_536,
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
  /** Characters of a payload a timeline shows. */
  timelinePayloadLengthMax: 20_000,
  /** Milliseconds one statement of the index may take. */
  databaseStatementMs: 60_000,
  /** Milliseconds until a connection to a database is made. */
  databaseConnectMs: 10_000,
  /** Connections to a database one process holds. */
  databaseConnectionsMax: 4,
} as const;
