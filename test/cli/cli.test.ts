/**
 * The command line, tested as scripts: each `*.txt` holds commands with what they must answer, then the files they run on.
 *
 *   exec demarc assess .        run (no shell); must be the built program
 *   exec demarc … < <file>      the same, with a file as standard input
 *   exit 1                      exit code of the last run
 *   stdout <regular expression> must match its output (m flag); `! stdout` must not
 *   stderr <regular expression>
 *   exists <file> / grep <file> <regular expression>
 *   copy <from> <to>            a folder or file, replacing what is there
 *   flip <file> <offset>        changes one bit of a byte
 *   -- name --                  a file of the working folder follows
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const here = new URL('./', import.meta.url).pathname;
const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const scratch = mkdtempSync(join(tmpdir(), 'demarc-cli-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Script {
  readonly steps: readonly string[];
  readonly files: ReadonlyMap<string, string>;
}

function parseScript(text: string): Script {
  const [head = '', ...rest] = text.split(/^-- (.+) --\n/m);
  const files = new Map<string, string>();
  for (let at = 0; at + 1 < rest.length; at += 2) files.set(rest[at]!, rest[at + 1]!);
  return {
    steps: head
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#')),
    files,
  };
}

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(words: readonly string[], cwd: string): Result {
  const [program, ...given] = words;
  expect(program).toBe('demarc');
  const redirect = given.indexOf('<');
  const args = redirect < 0 ? given : given.slice(0, redirect);
  const input = redirect < 0 ? '' : readFileSync(join(cwd, given[redirect + 1]!));
  const env = { ...process.env, XDG_CACHE_HOME: join(cwd, '.cache-home'), HOME: cwd, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    env,
    input,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { code: status, stdout, stderr };
}

function step(line: string, cwd: string, last: Result): Result {
  const negative = line.startsWith('! ');
  const [verb = '', ...words] = (negative ? line.slice(2) : line).split(' ');
  const rest = words.join(' ');
  const assert = (text: string, pattern: string): void => {
    if (negative) expect(text, line).not.toMatch(new RegExp(pattern, 'm'));
    else expect(text, line).toMatch(new RegExp(pattern, 'm'));
  };
  switch (verb) {
    case 'exec':
      return run(words, cwd);
    case 'exit':
      expect(last.code, `${line}\n${last.stdout}\n${last.stderr}`).toBe(Number(rest));
      return last;
    case 'stdout':
      assert(last.stdout, rest);
      return last;
    case 'stderr':
      assert(last.stderr, rest);
      return last;
    case 'exists':
      expect(existsSync(join(cwd, rest)), line).toBe(!negative);
      return last;
    case 'grep':
      assert(readFileSync(join(cwd, words[0]!), 'utf8'), words.slice(1).join(' '));
      return last;
    case 'copy':
      rmSync(join(cwd, words[1]!), { recursive: true, force: true });
      cpSync(join(cwd, words[0]!), join(cwd, words[1]!), { recursive: true });
      return last;
    case 'flip': {
      const data = readFileSync(join(cwd, words[0]!));
      const at = Number(words[1]);
      data[at] = data[at]! ^ 1;
      writeFileSync(join(cwd, words[0]!), data);
      return last;
    }
    default:
      throw new TypeError(`unknown step: ${line}`);
  }
}

describe('command-line scripts', () => {
  // A process for each step: on a busy machine a second each.
  it.each(readdirSync(here).filter((name) => name.endsWith('.txt')))('%s', { timeout: 180_000 }, (name) => {
    const script = parseScript(readFileSync(join(here, name), 'utf8'));
    const cwd = join(scratch, name);
    mkdirSync(cwd, { recursive: true });
    for (const [path, text] of script.files) {
      mkdirSync(dirname(join(cwd, path)), { recursive: true });
      writeFileSync(join(cwd, path), text);
    }
    let last: Result = { code: 0, stdout: '', stderr: '' };
    for (const line of script.steps) last = step(line, cwd, last);
  });
});

describe('assess', () => {
  it('starts no process and opens no socket', () => {
    const guard = new URL('./no-outside.mjs', import.meta.url).pathname;
    const example = new URL('../../examples/acme-support', import.meta.url).pathname;
    const env = { ...process.env, XDG_CACHE_HOME: join(scratch, 'cache') };
    const guarded = spawnSync(
      process.execPath,
      ['--import', guard, main, 'assess', example, '--fail-on', 'never', '--no-cache'],
      { encoding: 'utf8', env },
    );
    expect(guarded.stderr).toBe('');
    expect(guarded.status).toBe(0);
    // The guard itself works: the same process may not do either.
    for (const code of [
      "require('node:child_process').spawnSync('true')",
      "require('node:net').connect(9, '127.0.0.1')",
      "require('node:dns').lookup('localhost', () => {})",
    ]) {
      expect(() => execFileSync(process.execPath, ['--import', guard, '-e', code], { stdio: 'pipe' }), code).toThrow(
        /outside/,
      );
    }
  });

  it('ends quietly when the reader of a pipe has seen enough', () => {
    const { stdout, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${main}" rules | head -n 1`], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n').length).toBe(2);
    expect(stderr).toBe('');
  });

  it('runs without code generation from strings', () => {
    const example = new URL('../../examples/acme-support', import.meta.url).pathname;
    const { status, stderr } = spawnSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', main, 'assess', example, '--fail-on', 'never', '--no-cache'],
      { encoding: 'utf8', env: { ...process.env, XDG_CACHE_HOME: join(scratch, 'cache') } },
    );
    expect([status, stderr]).toEqual([0, '']);
  });
});
