import type { Long } from './long.ts';

/** Types that Cedar adds to its core ones; each compares by what it stands for, not by how it was written. */
export abstract class Extension {
  abstract readonly type: 'decimal' | 'ipaddr' | 'datetime' | 'duration';
  abstract equals(other: Extension): boolean;
}

/** A number with up to four digits after the point. */
export class Decimal extends Extension {
  readonly type = 'decimal';
  /** Ten-thousandths. */
  readonly units: Long;

  constructor(units: Long) {
    super();
    this.units = units;
  }

  equals(other: Extension): boolean {
    return other instanceof Decimal && other.units === this.units;
  }
}

/** A point in time. */
export class Datetime extends Extension {
  readonly type = 'datetime';
  /** Milliseconds since the epoch. */
  readonly ms: Long;

  constructor(ms: Long) {
    super();
    this.ms = ms;
  }

  equals(other: Extension): boolean {
    return other instanceof Datetime && other.ms === this.ms;
  }
}

export class Duration extends Extension {
  readonly type = 'duration';
  readonly ms: Long;

  constructor(ms: Long) {
    super();
    this.ms = ms;
  }

  equals(other: Extension): boolean {
    return other instanceof Duration && other.ms === this.ms;
  }
}

/** An address, or a range of them. */
export class IpAddress extends Extension {
  readonly type = 'ipaddr';
  readonly version: 4 | 6;
  readonly bits: bigint;
  readonly prefix: number;

  constructor(version: 4 | 6, bits: bigint, prefix: number) {
    super();
    this.version = version;
    this.bits = bits;
    this.prefix = prefix;
  }

  equals(other: Extension): boolean {
    return (
      other instanceof IpAddress &&
      other.version === this.version &&
      other.bits === this.bits &&
      other.prefix === this.prefix
    );
  }

  /** Whether every address of this range is in the other. */
  isInRange(other: IpAddress): boolean {
    if (other.version !== this.version || other.prefix > this.prefix) return false;
    const shift = BigInt((this.version === 4 ? 32 : 128) - other.prefix);
    return this.bits >> shift === other.bits >> shift;
  }
}
