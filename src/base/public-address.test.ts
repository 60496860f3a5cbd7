import { describe, expect, it } from 'vitest';
import {
  isLoopbackAddress,
  isLoopbackHost,
  isMetadataAddress,
  isPublicAddress,
  isUnspecifiedAddress,
} from './public-address.ts';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2606:4700::1111',
    '2a00::1',
    '2001:4860:4860::8888',
  ])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    '0.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '168.63.129.16',
    '192.0.0.8',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.0',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::7f00:1',
    '64:ff9b::8.8.8.8',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:808:808::1',
    '3fff::1',
    '4000::1',
    '5f00::1',
    'fc00::1',
    'fdff::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '',
    'x',
    'example.com',
    '8.8.8',
    '0x8080808',
    '2606:4700::1111%1',
  ])('%s is not public', (address) => expect(isPublicAddress(address)).toBe(false));

  it.each([
    ['127.0.0.1', true, false],
    ['127.255.255.254', true, false],
    ['::1', true, false],
    ['::ffff:127.0.0.1', true, false],
    ['128.0.0.1', false, false],
    ['169.254.169.254', false, true],
    ['::ffff:169.254.169.254', false, true],
    ['fe80::1%eth0', false, true],
    ['localhost', false, false],
    ['fd00:ec2::254', false, true],
    ['FD00:0EC2:0::0023', false, true],
    ['fd20:ce::254', false, true],
    ['fd00:c1::a9fe:a9fe', false, true],
    ['fd00:42::42', false, true],
    ['fd00:a9fe:a9fe::1', false, true],
    ['fd00:100::100:200', false, true],
    ['100.100.100.200', false, true],
    ['168.63.129.16', false, true],
    ['::ffff:168.63.129.16', false, true],
    ['192.0.0.192', false, true],
    ['64:ff9b::a9fe:a9fe', false, true],
    ['64:ff9b::168.63.129.16', false, true],
    ['64:ff9b::8.8.8.8', false, false],
    ['fd00:ec3::254', false, false],
    ['168.63.129.17', false, false],
  ])('%s: loopback %s, metadata %s', (address, loopback, metadata) => {
    expect(isLoopbackAddress(address)).toBe(loopback);
    expect(isMetadataAddress(address)).toBe(metadata);
  });

  it.each([
    ['0.0.0.0', true],
    ['::', true],
    ['0::0', true],
    ['::ffff:0.0.0.0', true],
    ['0.0.0.1', false],
    ['::1', false],
    ['', false],
  ])('%s is none: %s', (address, expected) => {
    expect(isUnspecifiedAddress(address)).toBe(expected);
  });
});

it.each([
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['[::1]', true],
  ['[::ffff:7f00:1]', true],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
  ['[2001:db8::1]', false],
  ['10.0.0.1', false],
  ['', false],
])('is the host %s this machine: %s', (host, expected) => {
  expect(isLoopbackHost(host)).toBe(expected);
});
