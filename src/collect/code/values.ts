import { limits } from '../../base/limits.ts';
import { boundedText } from '../../model/interpolate.ts';
import { Interpolated, newProperties, Unknown, type Value } from '../../model/value.ts';
import type { CallExpr, Expr } from './ir.ts';
import type { Scope } from './scope.ts';

const depthMax = 12;

/**
 * The value of an expression as far as the file tells: literals, constants assigned once, concatenations.
 * Everything else is Unknown with the reason.
 */
export function valueOf(expr: Expr, scope: Scope, depth = 0): Value {
  if (depth > depthMax) return new Unknown('nested deeper than is followed');
  switch (expr.kind) {
    case 'text':
      return boundedText(expr.value);
    case 'literal':
      return expr.value;
    case 'list':
      return expr.items.length > limits.instancesMax
        ? new Unknown('a list longer than the limit')
        : expr.items.map((item) => valueOf(item, scope, depth + 1));
    case 'object': {
      const bag = newProperties();
      for (const entry of expr.entries) bag[entry.key] = valueOf(entry.value, scope, depth + 1);
      return bag;
    }
    case 'template':
      return joined(expr.parts.map((part) => valueOf(part, scope, depth + 1)));
    case 'name':
    case 'member': {
      const followed = scope.follow(expr);
      if (followed.expr !== expr) return valueOf(followed.expr, followed.scope, depth + 1);
      // An enumeration constant says its name: `anthropic.ModelClaudeSonnet4_5`, `ChatModel.GPT_4O`.
      return new Unknown(`\`${expr.kind === 'name' ? expr.name : expr.property}\` is not assigned in this file`);
    }
    case 'call':
    case 'index': {
      const variable = environmentRead(expr, scope);
      if (variable !== undefined) return new Unknown(`read from the environment variable ${variable}`);
      const wrapped = expr.kind === 'call' ? unwrapped(expr, scope) : undefined;
      return wrapped === undefined ? new Unknown('computed when the program runs') : valueOf(wrapped, scope, depth + 1);
    }
    case 'function':
    case 'other':
      return new Unknown('computed when the program runs');
  }
}

function joined(values: readonly Value[]): Value {
  const parts: (string | Unknown)[] = [];
  for (const value of values) {
    const inner = value instanceof Interpolated ? value.parts : [value];
    for (const part of inner) {
      const text = typeof part === 'string' || typeof part === 'number' ? String(part) : undefined;
      const last = parts.at(-1);
      if (text !== undefined && typeof last === 'string') parts[parts.length - 1] = last + text;
      else parts.push(text ?? (part instanceof Unknown ? part : new Unknown('computed when the program runs')));
    }
  }
  const [only] = parts;
  if (only === undefined) return '';
  return parts.length === 1 && typeof only === 'string' ? boundedText(only) : new Interpolated(parts);
}

/** Wrappers that only carry a text: `new Uri("…")`, `SecretStr("…")`, `openai.String("…")`. */
function unwrapped(call: CallExpr, scope: Scope): Expr | undefined {
  const [only] = call.args;
  if (only === undefined || call.args.length !== 1) return undefined;
  const last = lastSegment(scope.path(call.callee));
  return /^(?:Uri|URL|SecretStr|AzureKeyCredential|ApiKeyCredential|String|Int|F|Bool|Float|Ptr|Int64|Some|of|create|getBytes)$/.test(
    last,
  )
    ? only.value
    : undefined;
}

/** The last name of a path: `openai.OpenAI` → `OpenAI`. */
export function lastSegment(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('~')) + 1);
}

const environmentCalls =
  /^(?:os\.getenv|os\.environ\.get|os\.environ\.pop|os\.Getenv|os\.LookupEnv|~?System\.getenv|java\.lang\.System\.getenv|~?(?:System\.)?Environment\.GetEnvironmentVariable|~Deno\.env\.get|~?environ\.get|~?getenv|~?config|decouple\.config|~env|environ\.Env\(\)(?:\.str)?)$/;

/** The variable an expression reads from the environment, `?` when its name is computed; undefined for no read. */
export function environmentRead(expr: Expr, scope: Scope): string | undefined {
  if (expr.kind === 'index') {
    const path = scope.path(expr.object);
    if (path !== 'os.environ' && path !== '~process.env' && path !== 'process.env') return undefined;
    return expr.index.kind === 'text' ? expr.index.value : '?';
  }
  if (expr.kind === 'member') {
    const path = scope.path(expr.object);
    return /(?:^~?process\.env|import\.meta\.env|meta_property\.env)$/.test(path) || /^~.*\benv$/.test(path)
      ? expr.property
      : undefined;
  }
  if (expr.kind !== 'call' || !environmentCalls.test(scope.path(expr.callee))) return undefined;
  const [first] = expr.args;
  return first?.value.kind === 'text' ? first.value.value : '?';
}
