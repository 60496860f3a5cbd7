/** Loaded before a client: writes down each call that it sends, whatever it makes of it, into the file DEMARC_SENT names. */
import { appendFileSync } from 'node:fs';

const { fetch } = globalThis;
globalThis.fetch = (input, init) => {
  const { body } = init ?? {};
  if (typeof body === 'string' && body.includes('"tools/call"')) {
    const { method, params } = JSON.parse(body);
    const url = typeof input === 'string' ? input : (input.href ?? input.url);
    if (method === 'tools/call')
      appendFileSync(process.env.DEMARC_SENT, `${JSON.stringify([url, params.name, params.arguments])}\n`);
  }
  return fetch(input, init);
};
