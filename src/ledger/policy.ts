import { messageOf } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import type { CheckpointNote } from './checkpoint.ts';
import { checkSignatures } from './cosignature.ts';
import { ledgerError } from './ledger-error.ts';
import {
  decodeText,
  ed25519CosignatureType,
  ed25519Type,
  mlDsaCosignatureType,
  parseVerifierKey,
  type VerifierKey,
} from './note.ts';

export interface PolicyLog {
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyWitness {
  readonly kind: 'witness';
  readonly name: string;
  readonly key: VerifierKey;
  /** Where its protocol is spoken: the submission prefix of C2SP tlog-witness. */
  readonly url?: string;
}

/** Cosigned when at least `threshold` of the members are. */
export interface PolicyGroup {
  readonly kind: 'group';
  readonly name: string;
  readonly threshold: number;
  readonly members: readonly (PolicyWitness | PolicyGroup)[];
}

/** Whose signatures make a checkpoint valid (C2SP tlog-policy). */
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Undefined is `quorum none`. */
  readonly quorum: PolicyWitness | PolicyGroup | undefined;
}

/** Control characters but tab and newline. */
const controlCharacter = /[^\P{Cc}\t\n\u0080-\u009F]/u;

/** The policy of who knows a log's key and asks for no witness. */
export function policyOfLog(key: VerifierKey): Policy {
  return { logs: [{ key }], witnesses: [], quorum: undefined };
}

/**
 * Reads a policy. A name must be defined before it is used, which also rules out circles.
 *
 * @throws DemarcError `DMC_LEDGER_INVALID`, with the number of the line
 */
export function parsePolicy(text: string | Uint8Array): Policy {
  const reading = new PolicyReading();
  const lines = decodeText(text).split('\n');
  for (const [at, line] of lines.entries()) {
    const number = at + 1;
    if (controlCharacter.test(line)) throw ledgerError(`line ${number} of the policy: a control character`);
    const [keyword = '', ...words] = line.split(/[ \t]+/).filter((word) => word !== '');
    if (keyword === '' || keyword.startsWith('#')) continue;
    try {
      reading.line(keyword, words);
    } catch (thrown) {
      throw ledgerError(`line ${number} of the policy: ${messageOf(thrown)}`);
    }
  }
  const { logs, witnesses, quorum } = reading;
  if (quorum === undefined) throw ledgerError('the policy has no quorum line', '`quorum none` asks for no witness');
  return { logs, witnesses, quorum: quorum === 'none' ? undefined : quorum };
}

class PolicyReading {
  readonly logs: PolicyLog[] = [];
  readonly witnesses: PolicyWitness[] = [];
  quorum: PolicyWitness | PolicyGroup | 'none' | undefined;
  readonly #named = new Map<string, PolicyWitness | PolicyGroup>();
  readonly #members = new Set<string>();

  line(keyword: string, words: readonly string[]): void {
    if (this.logs.length + this.#named.size >= limits.policyNamesMax && keyword !== 'quorum')
      throw ledgerError(`more than ${limits.policyNamesMax} definitions`);
    switch (keyword) {
      case 'log':
        return this.#log(words);
      case 'witness':
        return this.#witness(words);
      case 'group':
        return this.#group(words);
      case 'quorum':
        return this.#quorum(words);
      default:
        throw ledgerError(`unknown keyword \`${keyword}\``);
    }
  }

  #log([text = '', url, ...rest]: readonly string[]): void {
    if (text === '' || rest.length > 0) throw ledgerError('a log is `log <vkey> [<url>]`');
    const key = parseVerifierKey(text);
    if (key.type !== ed25519Type && key.type !== mlDsaCosignatureType) throw ledgerError('not a key that signs logs');
    if (this.logs.some((log) => isSameKey(log.key, key))) throw ledgerError('the key is that of another log');
    this.logs.push({ key, ...(url === undefined ? {} : { url }) });
  }

  #witness([name = '', text = '', url, ...rest]: readonly string[]): void {
    if (text === '' || rest.length > 0) throw ledgerError('a witness is `witness <name> <vkey> [<url>]`');
    const key = parseVerifierKey(text);
    if (key.type !== ed25519CosignatureType && key.type !== mlDsaCosignatureType)
      throw ledgerError('not a key for cosignatures');
    if (this.witnesses.some((witness) => isSameKey(witness.key, key)))
      throw ledgerError('the key is that of another witness');
    const witness: PolicyWitness = { kind: 'witness', name, key, ...(url === undefined ? {} : { url }) };
    this.witnesses.push(witness);
    this.#define(witness);
  }

  #group([name = '', count = '', ...names]: readonly string[]): void {
    if (names.length === 0) throw ledgerError('a group is `group <name> all|any|<number> <member>…`');
    const threshold =
      count === 'all' ? names.length : count === 'any' ? 1 : /^[1-9]\d{0,8}$/.test(count) ? Number(count) : 0;
    if (threshold < 1 || threshold > names.length)
      throw ledgerError(`\`${count}\` is not between 1 and the number of members`);
    const members: (PolicyWitness | PolicyGroup)[] = [];
    for (const member of names) {
      const found = this.#named.get(member);
      if (found === undefined) throw ledgerError(`\`${member}\` is not defined above`);
      if (this.#members.has(member)) throw ledgerError(`\`${member}\` is a member twice`);
      this.#members.add(member);
      members.push(found);
    }
    this.#define({ kind: 'group', name, threshold, members });
  }

  #quorum([name = '', ...rest]: readonly string[]): void {
    if (name === '' || rest.length > 0) throw ledgerError('a quorum is `quorum <name>|none`');
    if (this.quorum !== undefined) throw ledgerError('a second quorum');
    this.quorum = name === 'none' ? 'none' : this.#named.get(name);
    if (this.quorum === undefined) throw ledgerError(`\`${name}\` is not defined above`);
  }

  #define(what: PolicyWitness | PolicyGroup): void {
    if (what.name === 'none') throw ledgerError('`none` cannot be defined');
    if (this.#named.has(what.name)) throw ledgerError(`\`${what.name}\` is defined twice`);
    this.#named.set(what.name, what);
  }
}

/** The same public key is the same party, whatever name and type it comes under (C2SP tlog-policy, "Public key representation"). */
function isSameKey(a: VerifierKey, b: VerifierKey): boolean {
  return Buffer.compare(a.publicKey, b.publicKey) === 0;
}

/** How far a checkpoint fulfils a policy. */
export interface PolicyResult {
  readonly fulfilled: boolean;
  /** Names of the witnesses whose cosignatures are valid, and when they were made (0: not stated). */
  readonly witnesses: readonly { readonly name: string; readonly timeSeconds: number }[];
  /** What is missing or wrong, a line each; empty when fulfilled. */
  readonly reasons: readonly string[];
}

/**
 * Holds a checkpoint against a policy: signed by one of its logs, whose key name is the origin, and cosigned by a quorum.
 * A wrong signature of any of its keys fails it. One that cannot be checked here counts as missing.
 */
export function checkPolicy(policy: Policy, opened: CheckpointNote): PolicyResult {
  const failures: string[] = [];
  const unchecked: string[] = [];
  const stateOf = (key: VerifierKey): { valid: boolean; timeSeconds: number } => {
    const { state, timeSeconds = 0 } = checkSignatures(opened, key);
    if (state === 'invalid') failures.push(`the signature of \`${key.name}\` is wrong`);
    if (state === 'unchecked') unchecked.push(`the signature of \`${key.name}\` cannot be checked here`);
    return { valid: state === 'valid', timeSeconds };
  };
  const { origin } = opened.checkpoint;
  const signed = policy.logs.filter(({ key }) => stateOf(key).valid && key.name === origin);
  if (signed.length === 0) failures.push(`no log of the policy signed the checkpoint of \`${origin}\``);
  const witnesses = policy.witnesses.flatMap(({ name, key }) => {
    const { valid, timeSeconds } = stateOf(key);
    return valid ? [{ name, timeSeconds }] : [];
  });
  const cosigned = new Set(witnesses.map(({ name }) => name));
  if (policy.quorum !== undefined && !isCosigned(policy.quorum, cosigned))
    failures.push(
      `the quorum \`${policy.quorum.name}\` is not reached: cosigned by ${[...cosigned].join(', ') || 'none'}`,
    );
  const fulfilled = failures.length === 0;
  return { fulfilled, witnesses, reasons: fulfilled ? [] : [...failures, ...unchecked] };
}

/** Whether a witness, or enough of a group, is among those who cosigned. */
export function isCosigned(what: PolicyWitness | PolicyGroup, cosigned: ReadonlySet<string>): boolean {
  if (what.kind === 'witness') return cosigned.has(what.name);
  return what.members.filter((member) => isCosigned(member, cosigned)).length >= what.threshold;
}
