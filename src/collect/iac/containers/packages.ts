import { folderOf } from '../../../base/path.ts';
import type { Source } from '../../../model/collect.ts';
import { splitCommand } from '../../documents/command-line.ts';

const installers: readonly (readonly string[])[] = [
  ['pip', 'install'],
  ['pip3', 'install'],
  ['uv', 'add'],
  ['poetry', 'add'],
  ['npm', 'install'],
  ['npm', 'i'],
  ['yarn', 'add'],
  ['pnpm', 'add'],
  ['bun', 'add'],
  ['pipx', 'install'],
];
const requirementFiles = ['requirements.txt', 'package.json', 'pyproject.toml'];

/**
 * Names of packages that go into an image: those its RUN lines install by name, and those of the usual requirement
 * files beside the Dockerfile. Names only: good for recognising what the image is, not for an inventory.
 */
export function packagesOf(commands: readonly string[], dockerfile: string, source: Source): string[] {
  const names = new Set<string>();
  for (const command of commands) {
    const words = splitCommand(command);
    for (let at = 0; at < words.length; at++) {
      if (!installers.some(([program, verb]) => words[at] === program && words[at + 1] === verb)) continue;
      for (let next = at + 2; next < words.length && !/^[;&|]/.test(words[next] ?? ''); next++) {
        const name = packageName(words[next] ?? '');
        if (name !== undefined) names.add(name);
      }
    }
  }
  for (const file of requirementFiles) {
    const path = folderOf(dockerfile) === '' ? file : `${folderOf(dockerfile)}/${file}`;
    if (source.has(path)) for (const name of listedIn(path, source)) names.add(name);
  }
  return [...names];
}

function packageName(word: string): string | undefined {
  return /^((?:@[\w.-]{1,80}\/)?[A-Za-z][\w.-]{0,80})(?:$|[@=<>~!;[ ])/.exec(word)?.[1]?.toLowerCase();
}

function listedIn(path: string, source: Source): string[] {
  let text: string;
  try {
    text = source.text(path);
  } catch {
    // Whoever reads dependency files reports it; here it only helps to recognise.
    return [];
  }
  if (path.endsWith('.txt')) return text.split('\n').flatMap((line) => packageName(line.trim()) ?? []);
  return [...text.matchAll(/["']((?:@[\w.-]{1,80}\/)?[A-Za-z][\w.-]{0,80})(?=["'[<>=~!; ])/g)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
}
