import { matchesGlob } from '../../../../../base/glob.ts';
import { messageOf } from '../../../../../base/errors.ts';
import { isProperties, Unknown, type Value } from '../../../../../model/value.ts';
import type { CallContext, TerraformFunction } from '../evaluator.ts';
import { bind } from '../scope.ts';
import { onTexts, toText } from './arguments.ts';

/** Functions that read files of the assessed tree, through its source; any other file is unknown. */
export const fileFunctions: Readonly<Record<string, TerraformFunction>> = {
  file: onTexts(([path = ''], call) => read(path, call)),
  fileexists: onTexts(([path = ''], call) => call.scope.names.hasFile(path)),
  fileset: onTexts(([folder = '', pattern = ''], call) => {
    if (pattern.includes('/') || pattern.includes('**') || /[{}[\]]/.test(pattern))
      return new Unknown('files that a pattern over folders selects');
    const names = call.scope.names.filesIn(folder);
    call.charge(names.length);
    return names.filter((name) => matchesGlob(`/${pattern}`, name)).sort();
  }),
  templatefile: (args, call) => {
    const path = toText(args[0], call);
    if (typeof path !== 'string')
      return path instanceof Unknown ? path : new Unknown('a file that is known only after deployment');
    try {
      return renderTemplate(call.scope.names.template(path), args[1] ?? null, call);
    } catch (thrown) {
      return unread(path, thrown);
    }
  },
  abspath: () => new Unknown('an absolute path is known only where it is deployed from'),
  pathexpand: onTexts(([path = '']) =>
    path.startsWith('~') ? new Unknown('a home folder is known only where it is deployed from') : path,
  ),
  basename: onTexts(
    ([path = '']) =>
      path
        .replace(/\/{1,64}$/, '')
        .split('/')
        .at(-1) ?? '',
  ),
  dirname: onTexts(([path = '']) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) || '/' : '.')),
};

function read(path: string, call: CallContext): Value {
  try {
    const text = call.scope.names.readFile(path);
    call.charge(1 + (text.length >> 6));
    return text;
  } catch (thrown) {
    return unread(path, thrown);
  }
}

function unread(path: string, thrown: unknown): Value {
  if (thrown instanceof Error && thrown.name === 'Exhausted') throw thrown;
  return new Unknown(`the file \`${path.slice(0, 120)}\` was not read: ${messageOf(thrown).slice(0, 120)}`);
}

/** Evaluates a parsed template whose only names are the given variables. */
export function renderTemplate(
  template: Parameters<CallContext['evaluate']>[0],
  variables: Value,
  call: Pick<CallContext, 'scope' | 'evaluate'>,
): Value {
  if (variables instanceof Unknown) return variables;
  let scope = {
    ...call.scope,
    bindings: undefined as CallContext['scope']['bindings'],
    each: undefined,
    count: undefined,
    item: undefined,
  };
  if (isProperties(variables)) {
    for (const key of Object.keys(variables))
      scope = { ...scope, bindings: bind(scope, key, variables[key] ?? null).bindings };
  }
  return call.evaluate(template, scope);
}
