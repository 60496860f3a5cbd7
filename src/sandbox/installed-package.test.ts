import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MemoryTree } from './fixtures/memory-tree.ts';
import { integrityOf, tarball } from './fixtures/npm-archive.ts';
import { npmProgram, PackageProblem, pypiProgram } from './installed-package.ts';
import { readPackageArchive } from './tar.ts';

const manifest = JSON.stringify({ name: '@acme/files', version: '1.2.3', bin: { files: './dist/index.js' } });
const longName = `${'long/'.repeat(24)}x.js`;
const archive = tarball([
  ['0', 'package/package.json', manifest],
  ['0', 'package/dist/index.js', 'serve()'],
  ['x', 'PaxHeader/x.js', `${`140 path=package/${longName}`.length + 1} path=package/${longName}\n`],
  ['0', 'package/cut', 'long'],
  ['5', 'package/empty/', ''],
]);
const integrity = integrityOf(archive);
const place = '/opt/mcp/node_modules/@acme/files';
const installed = {
  '/opt/mcp/node_modules/.package-lock.json': JSON.stringify({
    packages: { 'node_modules/@acme/files': { version: '1.2.3', integrity } },
  }),
  [`${place}/package.json`]: manifest,
  [`${place}/dist/index.js`]: 'serve()',
  [`${place}/${longName}`]: 'long',
  [`${place}/node_modules/dep/index.js`]: 'not published with it',
  '/opt/files.tgz': archive,
};
const entry = { npm: '@acme/files@1.2.3', integrity, folder: '/opt/mcp' };

describe('a package of npm', () => {
  const program = (files: Readonly<Record<string, string | Uint8Array>>, more: object = {}): unknown =>
    npmProgram(new MemoryTree(files), { ...entry, ...more }, '/usr/bin/node');

  it('is run by Node.js from where it was installed', () => {
    expect(program(installed)).toEqual({ path: '/usr/bin/node', args: [`${place}/dist/index.js`] });
    expect(program(installed, { archive: '/opt/files.tgz', bin: 'files' })).toEqual(program(installed));
  });

  it.each<[string, object, object, RegExp]>([
    ['another version', {}, { npm: '@acme/files@1.2.4' }, /is `@acme\/files@1.2.3`, not `@acme\/files@1.2.4`/],
    ['another integrity', {}, { integrity: integrityOf(Buffer.from('x')) }, /installed from another archive/],
    ['no record of the installation', { '/opt/mcp/node_modules/.package-lock.json': '{}' }, {}, /another archive/],
    ['a record that is no JSON', { '/opt/mcp/node_modules/.package-lock.json': '{' }, {}, /cannot be read/],
    [
      'another archive',
      { '/opt/files.tgz': tarball([['0', 'package/x', '']]) },
      { archive: '/opt/files.tgz' },
      /has not the digest/,
    ],
    [
      'a changed file',
      { [`${place}/dist/index.js`]: 'steal()' },
      { archive: '/opt/files.tgz' },
      /`dist\/index.js` is not the published file/,
    ],
    [
      'an added file',
      { [`${place}/dist/more.js`]: '' },
      { archive: '/opt/files.tgz' },
      /`dist\/more.js` was not published/,
    ],
    ['no such program', {}, { bin: 'other' }, /has the programs files/],
    [
      'a program outside',
      { [`${place}/package.json`]: manifest.replace('./dist/index.js', '../../../evil.js') },
      {},
      /outside/,
    ],
    [
      'an absolute program',
      { [`${place}/package.json`]: manifest.replace('./dist/index.js', '/bin/sh') },
      {},
      /outside/,
    ],
    ['nothing there', {}, { folder: '/opt/other' }, /cannot be read/],
  ])('with %s is refused', (_what, files, more, told) => {
    const run = (): unknown => program({ ...installed, ...files }, more);
    expect(run).toThrow(PackageProblem);
    expect(run).toThrow(told);
  });

  it('that lacks a published file is refused', () => {
    const { [`${place}/dist/index.js`]: _gone, ...rest } = installed;
    expect(() => program(rest, { archive: '/opt/files.tgz' })).toThrow(PackageProblem);
  });
});

describe('an archive', () => {
  it('has files with long paths', () => {
    expect([...readPackageArchive(archive).keys()]).toEqual(['package.json', 'dist/index.js', longName]);
  });

  it.each<[string, Uint8Array]>([
    ['a link', tarball([['2', 'package/x', '']])],
    ['a device', tarball([['3', 'package/x', '']])],
    ['a path that leaves it', tarball([['0', 'package/../../etc/passwd', 'x']])],
    ['a file outside of its folder', tarball([['0', 'x', 'x']])],
    ['no files', tarball([])],
    ['text', Buffer.from('not gzip')],
  ])('with %s is refused', (_what, bytes) => {
    expect(() => readPackageArchive(bytes)).toThrow();
  });
});

describe('a package of PyPI', () => {
  const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
  const site = '/opt/venv/lib/python3.11/site-packages';
  const files = {
    '/opt/acme.whl': 'wheel',
    '/opt/venv/bin/acme-files': '#!/opt/venv/bin/python',
    [`${site}/acme/__init__.py`]: 'serve()',
    [`${site}/Acme_Files-1.2.3.dist-info/RECORD`]: [
      `../../../bin/acme-files,sha256=${digest('#!/opt/venv/bin/python')},22`,
      `acme/__init__.py,sha256=${digest('serve()')},7`,
      'acme/__pycache__/__init__.pyc,,',
      'Acme_Files-1.2.3.dist-info/RECORD,,',
      '',
    ].join('\r\n'),
  };
  const wanted = {
    pypi: 'acme-files==1.2.3',
    sha256: createHash('sha256').update('wheel').digest('hex'),
    archive: '/opt/acme.whl',
    folder: '/opt/venv',
  };
  const program = (changed: object = {}, more: object = {}): unknown =>
    pypiProgram(new MemoryTree({ ...files, ...changed }), { ...wanted, ...more });

  it('is the script pip made', () => {
    expect(program()).toEqual({ path: '/opt/venv/bin/acme-files', args: [] });
    expect(program({}, { bin: 'acme' })).toEqual({ path: '/opt/venv/bin/acme', args: [] });
  });

  it.each<[string, object, object, RegExp]>([
    ['another archive', { '/opt/acme.whl': 'whee' }, {}, /has not the digest/],
    ['another version', {}, { pypi: 'acme-files==1.2.4' }, /is not installed/],
    ['a changed module', { [`${site}/acme/__init__.py`]: 'steal()' }, {}, /`acme\/__init__.py` is not the file/],
    ['a changed script', { '/opt/venv/bin/acme-files': '#!/bin/sh' }, {}, /bin\/acme-files` is not the file/],
    ['no environment', {}, { folder: '/opt/none' }, /cannot be read/],
  ])('with %s is refused', (_what, changed, more, told) => {
    expect(() => program(changed, more)).toThrow(told);
  });
});
