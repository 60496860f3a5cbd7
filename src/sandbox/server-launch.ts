import { DemarcError } from '../base/errors.ts';
import type { VerifierKey } from '../ledger/note.ts';
import type { Program } from './installed-package.ts';
import { unsignedError } from './sandbox-error.ts';
import {
  checkWritable,
  lookAtPrograms,
  type ProgramParts,
  type ServerProgram,
  startsProcess,
} from './server-program.ts';
import type { LaunchSettings } from './settings.ts';
import { readSignedServers, requireSigned, signatureError } from './signed-servers.ts';

/** The signature beside a configuration, and the key it must be of. */
export interface ServerSignature {
  /** The signed note; undefined when there is none. */
  readonly note: string | undefined;
  /** From elsewhere than the configuration; undefined where none is known. */
  readonly key: VerifierKey | undefined;
  /** Without it, statements of any time are taken. */
  readonly times?: StatementTimes | undefined;
}

/** When statements that held were signed. Times are milliseconds since the epoch. */
export interface StatementTimes {
  /** @returns why a statement is not to be taken; undefined where it is */
  whyNot(signedMs: number): string | undefined;
  /** It holds from now on. */
  note(signedMs: number): void;
}

/**
 * Leave to start a process: only a value of this class can be started, and only `ServerLaunch.load` makes one, from a configuration
 * whose signature holds. It cannot be made of JSON, cast or copied: `isOne` looks for what only the constructor puts there.
 */
export class ServerLaunch {
  readonly #loaded = true;
  readonly name: string;
  readonly program: Program;
  readonly settings: LaunchSettings;
  /** Paths of everything that is pinned. */
  readonly pinned: readonly string[];
  /** `sha256:` and hex of its entry, for events. */
  readonly entry: string;

  private constructor({ name, program, settings, pins, entry }: ServerProgram) {
    this.name = name;
    this.program = program;
    this.settings = settings;
    this.pinned = [...pins.keys()];
    this.entry = entry;
    freezeAll(this);
  }

  static isOne(value: unknown): value is ServerLaunch {
    return typeof value === 'object' && value !== null && #loaded in value && value.#loaded;
  }

  /**
   * Loads the servers of a configuration that start processes. Others are left alone.
   *
   * @param servers the entries as they were written, by name
   * @throws DemarcError `DMC_SERVER_UNSIGNED` for one that is not signed, not what was signed, or signed before what held last, `DMC_SERVER_PROGRAM` for one whose
   * program is not there or not the package it is said to be, or that may write what is relied on
   */
  static load(
    servers: Readonly<Record<string, unknown>>,
    signature: ServerSignature,
    parts: ProgramParts,
  ): ReadonlyMap<string, ServerLaunch> {
    const first = Object.keys(servers).find((name) => startsProcess(servers[name]));
    if (first === undefined) return new Map();
    if (signature.note === undefined) throw unsignedError(first, 'starts a process and is not signed');
    if (signature.key === undefined)
      throw new DemarcError('DMC_SERVER_UNSIGNED', 'there is no key to verify the signature of the servers with', {
        hint: '`demarc gateway sign <config>` makes one; name another with `--server-key`',
      });
    const { servers: signed, signedMs } = readSignedServers(signature.note, signature.key);
    const whyNot = signature.times?.whyNot(signedMs);
    if (whyNot !== undefined) throw signatureError(`is ${whyNot}`);
    const programs = lookAtPrograms(servers, { ...parts, isSigned: true });
    for (const program of programs) requireSigned(program, signed);
    checkWritable(programs, parts);
    signature.times?.note(signedMs);
    return new Map(programs.map((program) => [program.name, new ServerLaunch(program)]));
  }
}

/** What was loaded stays as it was loaded. */
function freezeAll(value: object): void {
  Object.freeze(value);
  for (const member of Object.values(value)) if (typeof member === 'object' && member !== null) freezeAll(member);
}
