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
  /** Characters of an identifier that stands in clear in the ledger; a longer one is sealed. */
  identifierLengthMax: 256,
  /** Reason codes of one event. */
  reasonsMax: 32,
  /** Characters that name a person. */
  subjectLengthMax: 1_024,
  /** People one payload is about: its key is wrapped under a key of each. */
  subjectsPerEventMax: 256,
  /** An event that claims to be further ahead of the ledger's clock is recorded with a problem. */
  eventAheadMsMax: 24 * 60 * 60 * 1000,
  /** An event that claims to be older is recorded with a problem. */
  eventAgeMsMax: 10 * 366 * 24 * 60 * 60 * 1000,
  /** Bytes of one payload, as JSON. */
  payloadBytesMax: 64 * 1024 * 1024,
  /** People whose keys are kept in memory. */
  subjectsCachedMax: 50_000,
} as const;
