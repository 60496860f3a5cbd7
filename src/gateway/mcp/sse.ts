import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';

/** One event of a stream as it was sent; `data` is undefined where there was no `data` field. A comment has `comment` only. */
export interface SseEvent {
  readonly event?: string;
  readonly data?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
}

/**
 * Reads server-sent events (HTML standard, 9.2.6) from chunks that may be cut anywhere. Unlike a browser it hands on events
 * without data too: MCP sends ids with empty data so that a client can resume (2025-11-25, Streamable HTTP).
 */
export class SseReader {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #bytesMax: number;
  /** The line that is not complete yet. */
  #line = '';
  /** The last chunk ended with a carriage return: a line feed that follows belongs to it. */
  #afterReturn = false;
  #event: { event?: string; data?: string; id?: string; retry?: number } = {};
  #length = 0;

  /** @param bytesMax characters one event may have; `Infinity` for events of the gateway's own, made of what was bounded before */
  constructor(bytesMax: number = limits.gatewayMessageBytesMax) {
    this.#bytesMax = bytesMax;
  }

  /**
   * @returns the events that this chunk completes
   * @throws DemarcError `DMC_UPSTREAM` for what is not UTF-8 and for an event that is too long
   */
  push(chunk: Uint8Array): SseEvent[] {
    let text: string;
    try {
      text = this.#decoder.decode(chunk, { stream: true });
    } catch {
      throw new DemarcError('DMC_UPSTREAM', 'sent a stream that is not UTF-8');
    }
    const events: SseEvent[] = [];
    let start = 0;
    if (this.#afterReturn && text.startsWith('\n')) start = 1;
    if (text !== '') this.#afterReturn = false;
    const hasReturn = text.includes('\r');
    for (let end = endOfLine(text, start, hasReturn); end !== -1; end = endOfLine(text, start, hasReturn)) {
      this.#take(this.#line + text.slice(start, end), events);
      this.#line = '';
      start = end + 1;
      if (text.charCodeAt(end) !== 0x0d) continue;
      if (start === text.length) this.#afterReturn = true;
      else if (text.charCodeAt(start) === 0x0a) start++;
    }
    this.#line += text.slice(start);
    if (this.#length + this.#line.length > this.#bytesMax) throw tooLong();
    return events;
  }

  #take(line: string, events: SseEvent[]): void {
    this.#length += line.length;
    if (this.#length > this.#bytesMax) throw tooLong();
    if (line === '') {
      if (Object.keys(this.#event).length > 0) events.push(this.#event);
      this.#event = {};
      this.#length = 0;
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      events.push({ comment: line.slice(1) });
      this.#length -= line.length;
      return;
    }
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line.charCodeAt(colon + 1) === 0x20 ? colon + 2 : colon + 1);
    if (name === 'data') this.#event.data = this.#event.data === undefined ? value : `${this.#event.data}\n${value}`;
    else if (name === 'event') this.#event.event = value;
    else if (name === 'id' && !value.includes('\0')) this.#event.id = value;
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.#event.retry = Number(value);
  }
}

function tooLong(): DemarcError {
  return new DemarcError('DMC_UPSTREAM', 'sent too long an event');
}

const lineEnd = /[\r\n]/g;

/** The next CR or LF. */
function endOfLine(text: string, start: number, hasReturn: boolean): number {
  if (!hasReturn) return text.indexOf('\n', start);
  lineEnd.lastIndex = start;
  return lineEnd.exec(text)?.index ?? -1;
}

/** An event on the wire. Line ends inside of data make several `data` lines; other fields hold none. */
export function writeSse(event: SseEvent): string {
  if (event.comment !== undefined) return `:${event.comment.replace(/[\r\n]/g, ' ')}\n\n`;
  let text = '';
  if (event.event !== undefined) text += `event: ${event.event}\n`;
  if (event.id !== undefined) text += `id: ${event.id}\n`;
  if (event.retry !== undefined) text += `retry: ${event.retry}\n`;
  if (event.data !== undefined) for (const line of event.data.split(/\r\n|\r|\n/)) text += `data: ${line}\n`;
  return `${text}\n`;
}
