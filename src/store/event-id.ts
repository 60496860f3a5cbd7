/**
 * Ids of events: UUID version 7 (RFC 9562, section 5.7), each greater than the one before. Within a millisecond, and when
 * the clock goes back, the 12 bits after the version count up (section 6.2, method 1); when they are used up the time
 * runs ahead.
 */
export class EventIds {
  #ms = 0;
  #counter = 0;

  /** @param random 10 random bytes */
  next(nowMs: number, random: Uint8Array): string {
    const bytes = Buffer.allocUnsafe(16);
    bytes.set(random.subarray(0, 10), 6);
    if (nowMs > this.#ms) {
      this.#ms = nowMs;
      // The highest bit is left free, so that at least 2,048 ids fit the millisecond.
      this.#counter = bytes.readUInt16BE(6) & 0x7ff;
    } else if (++this.#counter > 0xfff) {
      this.#ms++;
      this.#counter = 0;
    }
    bytes.writeUIntBE(this.#ms, 0, 6);
    bytes.writeUInt16BE(0x7000 | this.#counter, 6);
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}
