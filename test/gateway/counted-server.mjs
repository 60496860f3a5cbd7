/** A server over standard input and output that notes each of its starts and what it is asked. Arguments: the file it notes in, how it
 * behaves, milliseconds until it takes input. */
import { appendFileSync } from 'node:fs';

const [file, kind, startMs = '0'] = process.argv.slice(2);
const note = (what) => appendFileSync(file, `${process.pid} ${what}\n`);
note('start');
await new Promise((resolve) => setTimeout(resolve, Number(startMs)));

const answer = (id, member) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...member })}\n`);
const capabilities = { tools: {} };
const tools = [{ name: 'ping', description: 'Answers.', inputSchema: { type: 'object' } }];
const speaks = { stateless: kind === 'stateless' || kind === 'both', stateful: kind !== 'stateless' };
const cached = speaks.stateless ? { resultType: 'complete', ttlMs: 0, cacheScope: 'private' } : {};
let isInitialised = false;

function take({ id, method, params }) {
  note(method);
  if (method === 'initialize' && speaks.stateful && params.clientInfo.name !== 'refused') {
    isInitialised = true;
    const { protocolVersion } = params;
    return answer(id, { result: { protocolVersion, capabilities, serverInfo: { name: 'counted', version: '1' } } });
  }
  if (id === undefined) return;
  if (method === 'server/discover' && speaks.stateless)
    return answer(id, { result: { ...cached, supportedVersions: ['2026-07-28'], capabilities } });
  if (method === 'server/discover' && kind === 'silent') return;
  if (method === 'server/discover' && kind === 'exits') process.exit(1);
  if (!speaks.stateless && !isInitialised) return answer(id, { error: { code: -32602, message: 'Not initialised' } });
  if (method === 'tools/list') return answer(id, { result: { ...cached, tools } });
  if (method === 'tools/call')
    return answer(id, { result: { ...cached, content: [{ type: 'text', text: String(process.pid) }] } });
  answer(id, { error: { code: -32601, message: 'Method not found' } });
}

let rest = '';
process.stdin.on('data', (piece) => {
  const lines = (rest + piece).split('\n');
  rest = lines.pop();
  for (const line of lines) take(JSON.parse(line));
});
