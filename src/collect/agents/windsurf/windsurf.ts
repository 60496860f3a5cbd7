import { child } from '../../documents/node.ts';
import { type Adapter, everywhere, type FileForm } from '../adapter.ts';
import { readHooks } from '../read-hooks.ts';
import { instructionForms } from '../read-instructions.ts';
import { readServers } from '../read-servers.ts';

const json = (at: string, scope: FileForm['scope'], read: FileForm['read']): FileForm => ({
  at,
  scope,
  format: 'json',
  read,
});
const hooks = (at: string, scope: FileForm['scope']): FileForm =>
  json(at, scope, (file, sink) => readHooks(child(file.root, 'hooks'), file, sink));

/** Windsurf (docs.windsurf.com/windsurf/cascade/mcp, …/hooks, …/memories). Its approval settings lie in the editor's database, which is not read. */
export const windsurf: Adapter = {
  id: 'windsurf',
  name: 'Windsurf',
  policy: undefined,
  forms: [
    json('.codeium/windsurf/mcp_config.json', 'user', (file, sink) =>
      readServers(child(file.root, 'mcpServers'), file, sink),
    ),
    hooks('.windsurf/hooks.json', 'project'),
    hooks('.codeium/windsurf/hooks.json', 'user'),
    hooks('etc/windsurf/hooks.json', 'managed'),
    hooks('Library/Application Support/Windsurf/hooks.json', 'managed'),
    ...instructionForms('rules', '.windsurfrules', '.windsurf/rules/**/*.md'),
    ...instructionForms('command', '.windsurf/workflows/**/*.md'),
    ...instructionForms('memory', '.codeium/windsurf/memories/*.md'),
    ...instructionForms('skill', '.windsurf/skills/**/SKILL.md'),
  ],
  machine: {
    ...everywhere('~/.codeium/windsurf'),
    linux: ['~/.codeium/windsurf', '/etc/windsurf'],
    darwin: ['~/.codeium/windsurf', '/Library/Application Support/Windsurf'],
  },
};
