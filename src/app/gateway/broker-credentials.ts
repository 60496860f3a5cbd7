import { DemarcError } from '../../base/errors.ts';
import type { Broker } from '../../broker/broker.ts';
import type { CredentialOutcome } from '../../broker/outcome.ts';
import type { Credentials } from '../../gateway/pipeline/parts.ts';
import type { CredentialSource, SentCredential } from '../../gateway/upstream/server-requests.ts';

/** The broker's credentials, as requests to one server carry them. */
export function credentialSource(broker: Broker, server: string): CredentialSource {
  return {
    get: async (principal, signal) => ready(await broker.credentialFor(server, principal, signal)),
    rejected: async (principal, rejection, signal) =>
      ready(await broker.challenge(server, principal, rejection, signal)),
  };
}

function ready(outcome: CredentialOutcome): SentCredential {
  if (outcome.kind === 'ready') return outcome;
  // The next call is told where to agree: the pipeline asks before it forwards.
  const what = outcome.kind === 'consent' ? `needs a person to agree at ${outcome.host}` : outcome.message;
  throw new DemarcError('DMC_UPSTREAM', `there is no credential for the server: ${what}`);
}

/** Asked before a call goes out: a client learns what it can do about a missing credential. */
export function credentialsOf(broker: Broker): Credentials {
  return {
    async headersFor(server, principal, signal) {
      const outcome = await broker.credentialFor(server, principal, signal);
      switch (outcome.kind) {
        case 'ready':
          return { kind: 'headers', headers: {}, events: [] };
        case 'consent':
          return {
            kind: 'refused',
            reason: 'credential.consent',
            text: `Open this page to connect ${outcome.host}: ${outcome.url}`,
          };
        case 'refused':
          // Servers on this machine have no credential of the broker's.
          if (outcome.code === 'unknown-server') return { kind: 'headers', headers: {}, events: [] };
          return {
            kind: 'refused',
            reason: `credential.${outcome.code}`,
            text: `No credential for this server (${outcome.code}).`,
          };
      }
    },
  };
}
