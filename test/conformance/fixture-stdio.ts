/** The fixture over standard input and output, in the era that the client's first message belongs to. */
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { makeFixture } from './fixture-features.ts';

const handle = serveStdio(() => {
  const server = makeFixture({
    tools: () => server.sendToolListChanged(),
    prompts: () => server.sendPromptListChanged(),
  });
  server.server.setRequestHandler('resources/subscribe', () => ({}));
  server.server.setRequestHandler('resources/unsubscribe', () => ({}));
  return server;
});
process.stdin.once('end', () => void handle.close());
