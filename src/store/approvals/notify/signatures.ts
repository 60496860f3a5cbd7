import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a signed request's time may be from the clock; both schemes name five minutes. */
export const signatureAgeMsMax = 5 * 60 * 1000;

/** Headers of a request, names in lower case. */
export type RequestHeaders = Readonly<Record<string, string>>;

/**
 * Whether a request comes from Slack: scheme v0, HMAC-SHA-256 of `v0:<timestamp>:<body>` under the app's signing secret, in
 * hex (https://docs.slack.dev/authentication/verifying-requests-from-slack, read 28 Nov 2026).
 */
export function isFromSlack(headers: RequestHeaders, body: Uint8Array, secret: string, nowMs: number): boolean {
  const { 'x-slack-request-timestamp': timestamp = '', 'x-slack-signature': signature = '' } = headers;
  return isFresh(timestamp, nowMs) && isEqual(signature, slackSignature(timestamp, body, secret));
}

export function slackSignature(timestamp: string, body: Uint8Array, secret: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
}

/**
 * Whether a request is signed by who has the secret, as Standard Webhooks says: HMAC-SHA-256 of `<id>.<timestamp>.<body>`
 * in Base64, one of the signatures after `v1,` (https://github.com/standard-webhooks/standard-webhooks, spec, read 28 Nov
 * 2026).
 */
export function isSignedWebhook(headers: RequestHeaders, body: Uint8Array, secret: string, nowMs: number): boolean {
  const { 'webhook-id': id = '', 'webhook-timestamp': timestamp = '', 'webhook-signature': signatures = '' } = headers;
  if (id === '' || !isFresh(timestamp, nowMs)) return false;
  const expected = webhookSignature(id, timestamp, body, secret);
  return signatures.split(' ').some((signature) => isEqual(signature, expected));
}

/** Headers that sign a webhook. @param id the same for every attempt to deliver one message */
export function webhookHeaders(id: string, body: Uint8Array, secret: string, nowMs: number): RequestHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': webhookSignature(id, timestamp, body, secret),
  };
}

/** @param secret `whsec_` and the key in Base64 (Standard Webhooks, signature scheme), or the key as text */
export function webhookKey(secret: string): Uint8Array {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
}

function webhookSignature(id: string, timestamp: string, body: Uint8Array, secret: string): string {
  return `v1,${createHmac('sha256', webhookKey(secret)).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

function isFresh(timestamp: string, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - nowMs) <= signatureAgeMsMax;
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
