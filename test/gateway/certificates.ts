/** Certificates for tests: an authority and what it signs, made anew each time (RFC 5280, DER). */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(parts);
  const size =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
};
const sequence = (...parts: readonly Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const time = (ms: number): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${new Date(ms)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );

/** ecdsa-with-SHA256, commonName, organizationName, subjectAltName, basicConstraints. */
const oids = { algorithm: '2a8648ce3d040302', CN: '550403', O: '55040a', names: '551d11', constraints: '551d13' };
const algorithm = sequence(oid(oids.algorithm));

export interface Subject {
  readonly CN: string;
  readonly O?: string;
}
const nameOf = (subject: Subject): Buffer =>
  sequence(
    ...Object.entries(subject).map(([name, value]) =>
      der(0x31, sequence(oid(oids[name as keyof Subject]), der(0x0c, Buffer.from(String(value))))),
    ),
  );

/** Tags of general names: rfc822Name 1, dNSName 2, uniformResourceIdentifier 6, iPAddress 7. */
export interface Names {
  readonly uris?: readonly string[];
  readonly dns?: readonly string[];
  readonly ip?: readonly (readonly number[])[];
}

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
}

export class Authority {
  readonly #key: KeyObject;
  readonly #name: Buffer;
  /** PEM. */
  readonly cert: string;

  constructor(name: string) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#key = privateKey;
    this.#name = nameOf({ CN: name });
    const isAuthority = sequence(
      oid(oids.constraints),
      der(0x01, Buffer.from([0xff])),
      der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
    );
    this.cert = this.#sign(this.#name, publicKey, isAuthority);
  }

  issue(subject: Subject, { uris = [], dns = [], ip = [] }: Names = {}): Issued {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = sequence(
      ...uris.map((uri) => der(0x86, Buffer.from(uri))),
      ...dns.map((name) => der(0x82, Buffer.from(name))),
      ...ip.map((address) => der(0x87, Buffer.from(address))),
    );
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    return {
      cert: this.#sign(nameOf(subject), publicKey, sequence(oid(oids.names), der(0x04, names))),
      key: key.toString(),
    };
  }

  #sign(subject: Buffer, key: KeyObject, extension: Buffer): string {
    const now = Date.now();
    const body = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))),
      der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      algorithm,
      this.#name,
      sequence(time(now - 3_600_000), time(now + 3_600_000)),
      subject,
      key.export({ type: 'spki', format: 'der' }),
      der(0xa3, sequence(extension)),
    );
    const signature = der(0x03, Buffer.from([0]), sign('sha256', body, this.#key));
    const text = sequence(body, algorithm, signature).toString('base64');
    return `-----BEGIN CERTIFICATE-----\n${(text.match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}
