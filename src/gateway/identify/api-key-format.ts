import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Random } from '../../base/ports.ts';

/** What every API key begins with: people and scanners of secrets know it by that. */
export const keyPrefix = 'dmk_';

const shape = /^dmk_([0-9a-z]{11})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

/** Whether a text may be the id of a key. */
export const keyId = /^[0-9a-z]{11}$/;

export interface NewKey {
  readonly id: string;
  /** The key as its holder gets it, once: `dmk_<id>_<secret><checksum>`. */
  readonly text: string;
}

/**
 * A new key: an id of 56 random bits (base 36), a secret of 256 (base 62) and the CRC-32 of both (base 62), by which a mistyped or
 * cut key, or a text that only looks like one, is known without looking anything up.
 */
export function newKey(random: Random): NewKey {
  const id = digits(random.bytes(7), 36, 11);
  const body = `${id}_${digits(random.bytes(32), 62, 43)}`;
  return { id, text: `${keyPrefix}${body}${checksum(body)}` };
}

/** The id of a key; undefined when the text is no key, or its checksum is another. */
export function idOfKey(text: string): string | undefined {
  const [, id, secret, sum] = shape.exec(text) ?? [];
  return id !== undefined && checksum(`${id}_${secret ?? ''}`) === sum ? id : undefined;
}

/** SHA-256 of a whole key, which is what is kept: its secret is too long to be guessed, so no slower hash is needed. */
export function hashOfKey(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

function checksum(body: string): string {
  const data = new Uint8Array(4);
  new DataView(data.buffer).setUint32(0, crc32(body));
  return digits(data, 62, 6);
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function digits(data: Uint8Array, base: 36 | 62, length: number): string {
  let number = BigInt(`0x${Buffer.from(data).toString('hex')}`);
  let text = '';
  for (let at = 0; at < length; at++) {
    text = `${alphabet[Number(number % BigInt(base))] ?? ''}${text}`;
    number /= BigInt(base);
  }
  return text;
}
