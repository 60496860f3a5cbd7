/** A server over HTTP that does whatever a test says, and remembers what it was sent. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Whether the client of this server closed the connection before the answer was complete. */
  isAborted: boolean;
}

export type Behaviour = (response: ServerResponse, received: Received) => void;

export class FaultyServer {
  readonly received: Received[] = [];
  behaviour: Behaviour = (response) => void response.writeHead(500).end();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const received = { method: request.method ?? '', headers: request.headers, body, isAborted: false };
      this.received.push(received);
      response.on('close', () => {
        received.isAborted = !response.writableFinished;
      });
      this.behaviour(response, received);
    });
  });

  async listen(): Promise<URL> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp`);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

export const json = (response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void =>
  void response
    .writeHead(200, { 'content-type': 'application/json', ...headers })
    .end(typeof body === 'string' ? body : JSON.stringify(body));

export const events = (response: ServerResponse, ...chunks: readonly string[]): ServerResponse => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const chunk of chunks) response.write(chunk);
  return response;
};

export const data = (message: unknown): string => `data: ${JSON.stringify(message)}\n\n`;
