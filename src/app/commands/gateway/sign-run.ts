import { packageOf } from '../../../collect/agents/server-package.ts';
import { formatVerifierKey } from '../../../ledger/note.ts';
import { type EgressRule, formatTarget } from '../../../sandbox/egress-rules.ts';
import { formatSecretReference } from '../../../model/secret-reference.ts';
import { visibleLine } from '../../../report/visible-text.ts';
import type { ServerProgram } from '../../../sandbox/server-program.ts';
import type { Context } from '../../context.ts';
import { readGatewayConfig } from '../../gateway/read-config.ts';
import { signaturePathOf } from '../../gateway/servers-signature.ts';
import { signatureFor } from '../../gateway/sign-config.ts';
import type { ServersSignFlags } from './sign.ts';

/**
 * Runs `demarc gateway sign`: says what each server is and may do, since that is what is signed.
 *
 * @throws DemarcError `DMC_CONFIG_INVALID`, `DMC_SERVER_PROGRAM`, `DMC_LEDGER_KEY`
 * @returns 0
 */
export async function runServersSign(context: Context, flags: ServersSignFlags, config: string): Promise<number> {
  const named = readGatewayConfig(context, config);
  const { note, programs, signer } = await signatureFor(context, named, flags.key);
  context.writer.write(signaturePathOf(named.path), note);
  const print = (line: string): void => context.process.stdout.write(`${visibleLine(line, Infinity)}\n`);
  for (const program of programs) {
    for (const line of described(program)) print(line);
    for (const path of program.settings.args.filter((arg) => isMissing(context, arg)))
      context.process.stderr.write(
        `warning: server ${program.name}: there is no \`${visibleLine(path, Infinity)}\`, which stands in its arguments\n`,
      );
  }
  for (const { name, program, settings } of programs) {
    const loaded = packageOf([program.path, ...program.args, ...settings.args]);
    if (loaded !== undefined)
      context.process.stderr.write(
        `${visibleLine(`warning: server ${name}: ${loaded.runner} loads \`${loaded.name}\` anew, which is not signed: name it by \`package\` (docs/guide/sandbox.md#signing)`, Infinity)}\n`,
      );
  }
  const count = programs.length;
  print(`signed ${count} ${count === 1 ? 'server' : 'servers'} with ${formatVerifierKey(signer.verifier)}`);
  return 0;
}

/** Whether an argument is an absolute path that leads to nothing. */
function isMissing({ files }: Context, argument: string): boolean {
  if (!argument.startsWith('/')) return false;
  try {
    files.kind(argument);
    return false;
  } catch (thrown) {
    return (thrown as { code?: unknown }).code === 'ENOENT';
  }
}

/** What a server starts, what is pinned of it, and how it is held. */
function described({ name, program, settings, pins }: ServerProgram): readonly string[] {
  const { sandbox, env } = settings;
  const variables = Object.entries(env).map(([variable, value]) =>
    typeof value === 'string'
      ? `${variable}=${JSON.stringify(value)}`
      : `${variable} of ${formatSecretReference(value.secret)}`,
  );
  const held =
    'none' in sandbox
      ? [`no sandbox: ${sandbox.none}`]
      : [
          'in a sandbox',
          ...(sandbox.readable.length === 0 ? [] : [`reads ${sandbox.readable.join(', ')}`]),
          ...(sandbox.writable.length === 0 ? [] : [`writes ${sandbox.writable.join(', ')}`]),
          sandbox.egress.length === 0 ? 'no network' : `connects to ${sandbox.egress.map(reached).join(', ')}`,
        ];
  return [
    `${name}: ${[program.path, ...program.args, ...settings.args].map((word) => JSON.stringify(word)).join(' ')}`,
    ...[...pins].map(([path, digest]) => `  ${path} ${digest}`),
    ...(variables.length === 0 ? [] : [`  with ${variables.join(', ')}`]),
    `  ${held.join('; ')}`,
  ];
}

function reached(rule: EgressRule): string {
  return `${formatTarget(rule)}${rule.networks.length === 0 ? '' : ` (in ${rule.networks.join(', ')} too)`}`;
}
