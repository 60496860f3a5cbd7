/** Fields that may come more than once; their values are one list (RFC 9110, 5.3). */
const lists = new Set([
  'accept',
  'accept-encoding',
  'accept-language',
  'baggage',
  'cache-control',
  'connection',
  'cookie',
  'forwarded',
  'pragma',
  'te',
  'trailer',
  'tracestate',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
]);

/** The fields of a request, each with one value. */
export type RequestHeaders = ReadonlyMap<string, string>;

/** @returns the fields by name, or the name of one that came twice and must not: two readers would take different values */
export function readHeaders(pairs: readonly (readonly [name: string, value: string])[]): RequestHeaders | string {
  const headers = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = headers.get(name);
    if (before !== undefined && !lists.has(name)) return name;
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

/** The media type of a `Content-Type` without its parameters, in lower case (RFC 9110, 8.3.1); empty where there is none. */
export function mediaTypeOf(contentType = ''): string {
  const end = contentType.indexOf(';');
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

/** Names that a request keeps to one connection: those its `Connection` field lists (RFC 9110, 7.6.1). */
export function connectionListed(headers: RequestHeaders): ReadonlySet<string> {
  const listed = headers.get('connection');
  return listed === undefined ? none : new Set(listed.split(',').map((name) => name.trim().toLowerCase()));
}
const none: ReadonlySet<string> = new Set();
