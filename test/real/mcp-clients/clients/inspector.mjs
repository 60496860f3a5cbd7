/**
 * The MCP Inspector on the command line: a process and a connection for each thing that is done. Lists are asked for as it does by
 * default, in a session; calls, and everything of all servers together, in the protocol era without sessions.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const launcher = `${process.env.DEMARC_MCP_CLIENTS}/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js`;
const plain = ['--format', 'json', '--quiet', '--connect-timeout', '60000'];

/** Its exit status goes with what it says: a tool that reports an error ends it with 5. */
function run(args) {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [launcher, '--cli', ...args, ...plain], { maxBuffer: 1e8 }, (failed, stdout, stderr) => {
      const exit = failed === null ? 0 : failed.code;
      const said = /^\{.*\}$/m.exec(stdout)?.[0];
      if (said !== undefined) return resolve({ ...JSON.parse(said).result, exit });
      const { error } = JSON.parse(/^\{"error".*\}$/m.exec(stderr)?.[0] ?? '{}');
      reject(new Error(error?.message ?? `ended with ${exit}: ${stderr.slice(-500)}`));
    });
  });
}

/** @type {import('./client.d.ts').Open} */
export async function open({ name, url, headers, program }) {
  const config = join(mkdtempSync(join(tmpdir(), 'inspector-')), 'mcp.json');
  if (program !== undefined) writeFileSync(config, JSON.stringify({ mcpServers: { one: program } }));
  const target =
    program === undefined
      ? [
          '--server-url',
          url,
          '--transport',
          'http',
          ...Object.entries(headers).flatMap(([key, text]) => ['--header', `${key}: ${text}`]),
        ]
      : ['--config', config, '--server', 'one'];
  const listEra = name === undefined ? 'modern' : 'legacy';
  return {
    list: async () => (await run([...target, '--protocol-era', listEra, '--method', 'tools/list'])).tools,
    call: (tool, args) =>
      run([
        ...target,
        '--protocol-era',
        'modern',
        '--method',
        'tools/call',
        '--tool-name',
        tool,
        '--tool-args-json',
        JSON.stringify(args),
      ]),
    close: () => Promise.resolve(),
  };
}
