import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
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
  ['g', 'pax_global_header', '52 comment=0123456789012345678901234567890123456789\n'],
  ['\0', 'package/last.js', 'last'],
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
  [`${place}/last.js`]: 'last',
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
    const single = manifest.replace('{"files":"./dist/index.js"}', '"dist/index.js"');
    expect(program({ ...installed, [`${place}/package.json`]: single })).toEqual(program(installed));
  });

  it.each<[string, object, object, RegExp]>([
    [
      'another name',
      { [`${place}/package.json`]: manifest.replace('@acme', '@evil') },
      {},
      /is `@evil\/files@1.2.3`, not `@acme\/files@1.2.3`/,
    ],
    ['a manifest that is no object', { [`${place}/package.json`]: '[]' }, {}, /is no JSON object/],
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
      'several programs, and none named',
      { [`${place}/package.json`]: manifest.replace('"files":"./dist', '"a":"./a.js","files":"./dist') },
      {},
      /has the programs a, files/,
    ],
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

/** An archive of one file, changed before it is compressed. */
function changed(change: (tar: Buffer) => void): Uint8Array {
  const tar = gunzipSync(tarball([['0', 'package/x', 'x']]));
  change(tar);
  return gzipSync(tar);
}

describe('an archive', () => {
  it('has files whose paths are cut in two', () => {
    expect([...readPackageArchive(changed((tar) => tar.write('package/lib', 345))).keys()]).toEqual(['lib/package/x']);
  });

  it('unpacks to so many bytes', () => {
    expect(readPackageArchive(archive, 8_192).size).toBe(4);
    expect(() => readPackageArchive(archive, 4_096)).toThrow();
  });

  it('has files with long paths', () => {
    expect([...readPackageArchive(archive).keys()]).toEqual(['package.json', 'dist/index.js', longName, 'last.js']);
  });

  it.each<[string, Uint8Array]>([
    ['a link', tarball([['2', 'package/x', '']])],
    ['a device', tarball([['3', 'package/x', '']])],
    ['a path that leaves it', tarball([['0', 'package/../../etc/passwd', 'x']])],
    ['a path through its own folder', tarball([['0', 'package/./x', 'x']])],
    ['a path with an empty part', tarball([['0', 'package//x', 'x']])],
    ['a path below another one that leaves it', changed((tar) => tar.write('package/..', 345))],
    ['a size that is none', changed((tar) => tar.write('0000000000x', 124))],
    ['less than it says', changed((tar) => tar.write('00000010000', 124))],
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
    expect(program({}, { pypi: 'Acme.Files==1.2.3', bin: 'acme-files' })).toEqual(program());
  });

  it.each<[string, object, object, RegExp]>([
    ['another archive', { '/opt/acme.whl': 'whee' }, {}, /has not the digest/],
    ['another version', {}, { pypi: 'acme-files==1.2.4' }, /is not installed/],
    ['a changed module', { [`${site}/acme/__init__.py`]: 'steal()' }, {}, /`acme\/__init__.py` is not the file/],
    ['a changed script', { '/opt/venv/bin/acme-files': '#!/bin/sh' }, {}, /bin\/acme-files` is not the file/],
    [
      'a changed file that is recorded by its whole path',
      { [`${site}/Acme_Files-1.2.3.dist-info/RECORD`]: `/opt/./venv/bin/acme-files,sha256=${digest('x')},1` },
      {},
      /bin\/acme-files` is not the file that was installed/,
    ],
    ['no environment', {}, { folder: '/opt/none' }, /cannot be read/],
  ])('with %s is refused', (_what, changed, more, told) => {
    expect(() => program(changed, more)).toThrow(told);
  });
});
