/**
 * `demarc/ledger`: transparency logs as C2SP tlog-tiles, with nothing but node:crypto below. This file is what is public;
 * anything else in this folder may change between releases.
 */
export {
  type Checkpoint,
  type CheckpointNote,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  parseCheckpointNote,
  signCheckpoint,
} from './checkpoint.ts';
export { checkSignatures, cosign, mlDsaSigner, type SignatureCheck } from './cosignature.ts';
export { emptyRoot, entryBytesMax, leafHash, nodeHash } from './hash.ts';
export { type IndexedEntry, type LogFiles, readBundle, readEntries, readTile } from './log-files.ts';
export type { LogProblem } from './log-problem.ts';
export {
  ed25519CosignatureType,
  ed25519Signer,
  ed25519Type,
  formatNote,
  formatSignature,
  formatSignerKey,
  formatVerifierKey,
  isSignedBy,
  mlDsaCosignatureType,
  type Note,
  type NoteSignature,
  parseNote,
  parseSignature,
  parseSignerKey,
  parseVerifierKey,
  type Signer,
  signNote,
  type VerifierKey,
} from './note.ts';
export {
  checkPolicy,
  isCosigned,
  parsePolicy,
  type Policy,
  type PolicyGroup,
  type PolicyLog,
  policyOfLog,
  type PolicyResult,
  type PolicyWitness,
} from './policy.ts';
export { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proof.ts';
export { bundlePath, decodeBundle, encodeBundle, tilePath, tileWidth } from './tile.ts';
export { type HashedBundle, hashBundle } from './tile-hash.ts';
export { TileReader } from './tile-reader.ts';
export { type TileFile, TileTree } from './tile-tree.ts';
export { formatReceipt, parseReceipt, type Receipt, verifyReceipt } from './tlog-proof.ts';
export { type LogVerification, verifyLog, type VerifyLogOptions } from './verify-log.ts';
export {
  type AddCheckpoint,
  formatAddCheckpoint,
  parseWitnessAnswer,
  type RefusalReason,
  validCosignatures,
  type WitnessAnswer,
} from './witness.ts';
