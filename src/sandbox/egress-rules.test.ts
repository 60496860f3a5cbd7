import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFor, type EgressRule, egressRule, hostsFile, readTarget, routesOf, ruleFor } from './egress-rules.ts';

const rule = (value: unknown): EgressRule => egressRule.parse(value);

describe('where a server may connect to', () => {
  it('is a host and a port, 443 where none is named', () => {
    expect(rule('API.example.com')).toEqual({ host: 'api.example.com', port: 443, networks: [] });
    expect(rule('api.example.com:8443')).toEqual({ host: 'api.example.com', port: 8443, networks: [] });
    expect(rule('*.example.com:80')).toEqual({ host: '*.example.com', port: 80, networks: [] });
    expect(rule('db:65535')).toEqual({ host: 'db', port: 65_535, networks: [] });
    expect(rule({ to: 'db.internal:5432', networks: ['10.2.0.0/16'] })).toEqual({
      host: 'db.internal',
      port: 5432,
      networks: ['10.2.0.0/16'],
    });
  });

  it.each([
    '*',
    '*.com',
    '*.*.example.com',
    'a.*.com',
    'https://example.com',
    'example.com/x',
    'user@example.com',
    '',
    '127.0.0.1',
    '169.254.169.254',
    '[::1]:80',
    '::1',
    '0x7f.1',
    '2130706433',
    '127.1',
    'localhost',
    'a.localhost',
    'example.com:0',
    'example.com:65536',
    'example.com:',
    'exa mple.com',
    '-a.com',
    'a..b',
    `${'a'.repeat(64)}.com`,
  ])('is not %j', (text) => {
    expect(egressRule.safeParse(text).success).toBe(false);
  });

  it.each([{ to: 'a.com' }, { to: 'a.com', networks: [] }, { to: 'a.com', networks: ['10/8'] }, 5, null])(
    'is not %j',
    (value) => expect(egressRule.safeParse(value).success).toBe(false),
  );
});

describe('the target of a connection', () => {
  it('is a name and a port', () => {
    expect(readTarget('api.example.com:443')).toEqual({ host: 'api.example.com', port: 443 });
    expect(readTarget('API.Example.COM.:443')).toEqual({ host: 'api.example.com', port: 443 });
  });

  it.each([
    '127.0.0.1:80',
    '0x7f000001:80',
    '2130706433:80',
    '0177.0.0.1:80',
    '127.1:80',
    '[::1]:80',
    '[::ffff:7f00:1]:80',
    '::1:80',
    'a@b.com:80',
    'b.com',
    'b.com:x',
    'b.com:0',
    'b.com:99999',
    '/etc:80',
    'http://b.com:80',
    ' b.com:80',
    'b.com:80\r\nHost: x',
    'b.com..:80',
    'b\0.com:80',
    'é.com:80',
    '',
  ])('G15: is not %j', (text) => expect(readTarget(text)).toBeUndefined());

  it('fits a rule of its name and port, or of a domain above it', () => {
    const rules = ['api.example.com', '*.example.org:80'].map(rule);
    const fits = (text: string): boolean => {
      const target = readTarget(text);
      return target !== undefined && ruleFor(rules, target) !== undefined;
    };
    expect(fits('api.example.com:443')).toBe(true);
    expect(fits('a.example.org:80')).toBe(true);
    expect(fits('a.b.example.org:80')).toBe(true);
    for (const other of [
      'api.example.com:80',
      'api.example.com.evil.net:443',
      'xapi.example.com:443',
      'example.org:80',
    ])
      expect(fits(other)).toBe(false);
    for (const other of [
      'a.example.org:443',
      'aexample.org:80',
      'a.example.org.evil.net:80',
      'example.com:443',
      'a.api.example.com:443',
    ])
      expect(fits(other)).toBe(false);
  });

  it('fits no rule that was not written for it, whatever it is', () => {
    const rules = [rule('api.example.com')];
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), (text) => {
        const target = readTarget(`${text}:443`);
        const isIt = text.toLowerCase().replace(/\.$/, '') === 'api.example.com';
        expect(target !== undefined && ruleFor(rules, target) !== undefined).toBe(isIt);
      }),
    );
  });
});

describe('G15: the address of a name', () => {
  const open = rule('api.example.com');
  const internal = rule({
    to: 'db.internal:5432',
    networks: ['10.2.0.0/16', '127.0.0.0/8', '169.254.0.0/16', '0.0.0.0/0', '::/0'],
  });

  it('is a public one', () => {
    expect(addressFor(open, ['93.184.215.14', '2606:2800:21f::1'])).toBe('93.184.215.14');
    expect(addressFor(open, [])).toBeUndefined();
  });

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '168.63.129.16',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1%eth0',
    'ff02::1',
  ])('is never %s, alone or beside a public one', (address) => {
    expect(addressFor(open, [address])).toBeUndefined();
    expect(addressFor(open, ['93.184.215.14', address])).toBeUndefined();
  });

  it('lies in the networks of its rule, but is never this machine or a metadata service', () => {
    expect(addressFor(internal, ['10.2.3.4'])).toBe('10.2.3.4');
    for (const address of [
      '127.0.0.1',
      '169.254.169.254',
      '::1',
      '::ffff:127.0.0.1',
      '::ffff:169.254.169.254',
      'fe80::1',
      '0.0.0.0',
      '::',
      '0:0:0:0:0:0:0:0',
      '::ffff:0.0.0.0',
      '::ffff:0:0',
      'fd00:ec2::254',
      'fd20:ce::254',
      '168.63.129.16',
      '100.100.100.200',
      '64:ff9b::169.254.169.254',
    ])
      expect(addressFor(internal, [address])).toBeUndefined();
    expect(addressFor(rule({ to: 'db.internal', networks: ['10.2.0.0/16'] }), ['10.3.0.1'])).toBeUndefined();
  });
});

it('gives every host that is named whole an address of its own inside, and one line of /etc/hosts', () => {
  const routes = routesOf(['a.com', 'a.com:80', 'a.com', 'b.com:22', '*.c.com'].map(rule));
  expect(routes).toEqual([
    { host: 'a.com', port: 443, address: '127.1.0.1' },
    { host: 'a.com', port: 80, address: '127.1.0.1' },
    { host: 'b.com', port: 22, address: '127.1.0.2' },
  ]);
  expect(hostsFile(routes)).toBe('127.0.0.1 localhost\n::1 localhost\n127.1.0.1 a.com\n127.1.0.2 b.com\n');
});
