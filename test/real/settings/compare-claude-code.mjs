// Compares the keys of Claude Code's settings that Demarc knows with those the vendor declares: the interface `Settings` of
// the type declarations in @anthropic-ai/claude-agent-sdk. Usage: tsx compare-claude-code.mjs <sdk.d.ts>
import { readFileSync } from 'node:fs';
import { claudeCodeKeys } from '../../../src/collect/agents/claude-code/settings-keys.ts';

const text = readFileSync(process.argv[2], 'utf8');
const declared = keysOf(text, 'Settings');
if (declared.size < 100) throw new Error(`only ${declared.size} keys were found in the declarations`);
const known = new Map(Object.entries(claudeCodeKeys.keys));
const parents = new Set([...known.keys()].map((path) => path.split('.').slice(0, -1).join('.')));

// Members are compared below those keys only whose members Demarc lists: elsewhere it accepts everything.
const missing = [...declared.keys()].filter((path) => !known.has(path) && parents.has(path.split('.').slice(0, -1).join('.')));
const extra = [...known.keys()].filter((path) => !declared.has(path));
const otherType = [...known].filter(([path, type]) => declared.has(path) && !agrees(type, declared.get(path)));
console.log(`${declared.size} keys declared, ${known.size} known`);
for (const path of missing) console.error(`not known to Demarc: ${path}`);
for (const path of extra) console.log(`known and not declared (older, or of managed settings): ${path}`);
for (const [path, type] of otherType) console.error(`${path}: Demarc has ${type}, declared is ${declared.get(path)}`);
process.exitCode = missing.length + otherType.length > 0 ? 1 : 0;

/** Paths with their types from a generated interface: four blanks a level, one member a line. */
function keysOf(source, name) {
  const lines = source.slice(source.indexOf(`export declare interface ${name} {`)).split(/\r?\n/).slice(1);
  const keys = new Map();
  const stack = [];
  for (const line of lines) {
    if (line.startsWith('}')) break;
    const member = /^( +)(?:readonly )?'?([$\w]+)'?\??: (.*)$/.exec(line);
    if (member !== null && member[1].length === 4 * (stack.length + 1)) {
      keys.set([...stack, member[2]].join('.'), member[3]);
      if (member[3] === '{') stack.push(member[2]);
      else if (/[{(]$/.test(member[3])) stack.push('\0');
    } else if (/^ +\S.*[{(]$/.test(line) && !/^ +(?:\/?\*|\/\/)/.test(line) && indent(line) === stack.length + 1) stack.push('\0');
    else if (/^ +[})]/.test(line) && indent(line) === stack.length) {
      stack.pop();
      if (/[{(]$/.test(line)) stack.push('\0');
    }
  }
  return new Map([...keys].filter(([path]) => !path.includes('\0')));
}

function indent(line) {
  return /^ */.exec(line)[0].length / 4;
}

/** Whether a type of the table can hold what is declared; unions, objects and names of other types are not judged. */
function agrees(type, text) {
  const simple = { 'string;': 'string', 'number;': 'number', 'boolean;': 'boolean', 'string[];': 'list' }[text];
  return type === 'any' || simple === undefined || simple === type;
}
