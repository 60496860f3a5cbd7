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
} as const;
