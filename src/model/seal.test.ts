import { describe, expect, it } from 'vitest';
import { seal } from './seal.ts';
import { Interpolated, newProperties, Ref, Secret, Unknown, type Value } from './value.ts';

const bag = (entries: Record<string, Value>): Value => Object.assign(newProperties(), entries);

describe('sealing', () => {
  it('hides a literal under a secret name and keeps what is none', () => {
    const sealed = seal(
      bag({
        master_password: 'Wint3r-Sale',
        username: 'app',
        password_policy: 'strong',
        API_KEY: '${KEY}',
        client_secret: 'projects/p/secrets/s/versions/1',
        token: new Unknown('var.t'),
      }),
      '',
    ) as Record<string, Value>;
    expect(sealed['master_password']).toBeInstanceOf(Secret);
    expect(sealed['token']).toBeInstanceOf(Unknown);
    expect([sealed['username'], sealed['password_policy'], sealed['API_KEY'], sealed['client_secret']]).toEqual([
      'app',
      'strong',
      '${KEY}',
      'projects/p/secrets/s/versions/1',
    ]);
  });

  it('hides the value of a name and value pair, a flag and an assignment', () => {
    expect(
      (seal(bag({ name: 'DB_PASSWORD', value: 'Wint3r-Sale' }), '') as Record<string, Value>)['value'],
    ).toBeInstanceOf(Secret);
    expect((seal(['--api-key', 'abcdef123456'], 'args') as Value[])[1]).toBeInstanceOf(Secret);
    expect((seal(['DB_PASSWORD=Wint3r-Sale'], 'environment') as Value[])[0]).toEqual(
      new Interpolated(['DB_PASSWORD=', expect.any(Secret) as unknown as Secret]),
    );
  });

  it('keeps the rest of a URL readable', () => {
    const url = seal('postgres://app:s3cr3t-pw@db:5432/x', 'DATABASE_URL') as Interpolated;
    expect(url.parts).toEqual(['postgres://app:', expect.any(Secret), '@db:5432/x']);
  });

  it('sees through Base64, and leaves what holds no credential', () => {
    const script = (line: string): string =>
      Buffer.from(`#!/bin/bash\n${line}\ndocker run model-server\n`).toString('base64');
    expect(seal(script('export DATABASE_URL=postgres://app:s3cr3t-pw@db/x'), 'user_data')).toBeInstanceOf(Secret);
    expect(seal(script('export REGION=eu-central-1'), 'user_data')).toBe(script('export REGION=eu-central-1'));
  });

  it('leaves references alone and reaches into partly known texts', () => {
    const ref = new Ref('a#b');
    expect(seal(ref, 'password')).toBe(ref);
    const sealed = seal(new Interpolated(['postgres://app:s3cr3t-pw@', ref]), 'url') as Interpolated;
    expect(sealed.parts.some((part) => part instanceof Secret)).toBe(true);
    expect(sealed.parts.at(-1)).toBe(ref);
  });

  it('gives two secrets of one text the same fingerprint, and never the text', () => {
    const [a, b] = [seal('Wint3r-Sale', 'password'), seal('Wint3r-Sale', 'pwd')];
    expect(a).toMatchObject({ fingerprint: (b as Secret).fingerprint });
    expect(JSON.stringify([a, b])).not.toContain('Wint3r');
  });
});
