import { DemarcError, messageOf } from '../../base/errors.ts';
import type { Files } from '../../base/ports.ts';
import { AttributeList, CurrentAttributes } from '../../gateway/identify/attributes.ts';
import type { Attributes } from '../../gateway/identify/identity.ts';
import type { EventInput } from '../../model/event.ts';
import { plainYaml } from '../plain-yaml.ts';

export interface AttributesFileParts {
  readonly files: Pick<Files, 'read' | 'real' | 'stat'>;
  /** Absolute. */
  readonly path: string;
  /** Its name, for messages. */
  readonly name: string;
  /** Takes an event, and never throws. */
  readonly record: (event: EventInput) => void;
  /** One line for the operator. */
  readonly tell: (line: string) => void;
}

/** How often the file is looked at. */
const checkMs = 1_000;

/** The file of trainings and postures, read again when it changes. */
export class AttributesFile {
  readonly #parts: AttributesFileParts;
  readonly #current: CurrentAttributes;
  #stamp: string;

  /** @throws DemarcError `DMC_CONFIG_UNREADABLE`, `DMC_CONFIG_INVALID`: then nothing starts */
  constructor(parts: AttributesFileParts) {
    this.#parts = parts;
    // Taken first: what is written while it is read is read again.
    this.#stamp = this.#stampNow();
    this.#current = new CurrentAttributes(this.#read());
  }

  get attributes(): Attributes {
    return this.#current;
  }

  /** Reads the file again where it is another than before. */
  refresh(): void {
    if (this.#stampNow() !== this.#stamp) this.reload();
  }

  /** Looks at the file from now on. @returns what ends it */
  watch(): () => void {
    const timer = setInterval(() => this.refresh(), checkMs).unref();
    return () => clearInterval(timer);
  }

  /** Reads the file again; what does not load leaves what held before. @returns whether what it says holds now */
  reload(): boolean {
    const { record, tell } = this.#parts;
    this.#stamp = this.#stampNow();
    try {
      this.#current.replace(this.#read());
    } catch (thrown) {
      tell(`attributes stay as they were: ${messageOf(thrown)}`);
      const error = thrown instanceof DemarcError ? thrown.code : 'unexpected';
      record({ kind: 'config.change', reference: 'attributes', outcome: 'error', error });
      return false;
    }
    // Without a digest: it would tell who is in the file to whoever guesses.
    record({ kind: 'config.change', reference: 'attributes', outcome: 'ok' });
    return true;
  }

  #read(): AttributeList {
    const { files, path, name } = this.#parts;
    let text: string;
    try {
      text = Buffer.from(files.read(path)).toString('utf8');
    } catch (thrown) {
      throw new DemarcError('DMC_CONFIG_UNREADABLE', `\`${name}\` cannot be read: ${messageOf(thrown)}`, {
        hint: '`attributes` of the gateway names it; docs/guide/identity.md describes it',
        cause: thrown,
      });
    }
    const list = AttributeList.parse(plainYaml(text, name, 'DMC_CONFIG_INVALID') ?? {});
    if (list instanceof AttributeList) return list;
    const where = list.where === '' ? '' : `\`${list.where}\` `;
    throw new DemarcError('DMC_CONFIG_INVALID', `${name}: ${where}${list.problem}`, {
      hint: 'docs/guide/identity.md describes every key',
    });
  }

  /** Another whenever the file is another; empty while there is none. */
  #stampNow(): string {
    const { files, path } = this.#parts;
    try {
      // Behind links: that is how a mounted configuration changes.
      const real = files.real(path);
      const { size, modifiedMs, inode } = files.stat(real);
      return `${real}:${size}:${modifiedMs}:${inode}`;
    } catch {
      return '';
    }
  }
}
