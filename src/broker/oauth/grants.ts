import { CredentialFault } from '../fault.ts';
import type { Outbound } from '../outbound.ts';
import type { OAuthSettings, SubjectTokenType } from '../settings.ts';
import type { SecretReference } from '../../model/secret-reference.ts';
import { type Discovered, findServer, hostOf, type ServerMetadata } from './discovery.ts';
import { configuredClient, type OAuthClient, type SigningPorts } from './oauth-client.ts';
import type { ProofKey } from './proof-key.ts';
import { grantTypes, requestToken, type TokenAnswer, tokenTypes } from './token-endpoint.ts';

export interface GrantPorts extends SigningPorts {
  readonly outbound: Outbound;
  readonly secret: (reference: SecretReference) => Promise<string>;
  /**
   * The person's token of this issuer, as they showed it to the gateway. It goes back to that issuer, never elsewhere.
   *
   * @throws CredentialFault `no-person`, `no-subject-token`
   */
  readonly subject: (issuer: string) => string;
}

/** Settings of grants that need nobody's consent. */
export type MachineSettings = Exclude<OAuthSettings, { type: 'authorization-code' }>;

const typeUris: Readonly<Record<SubjectTokenType, string>> = {
  'id-token': tokenTypes.idToken,
  'access-token': tokenTypes.accessToken,
  jwt: tokenTypes.jwt,
};

/**
 * Obtains an access token without anybody being asked.
 *
 * @param client how the gateway is known at the resource's authorization server; unused for workload identity
 * @param proofKey the key the token is to be bound to
 * @throws CredentialFault
 */
export async function grantToken(
  settings: MachineSettings,
  discovered: Discovered,
  client: OAuthClient | undefined,
  proofKey: ProofKey | undefined,
  scopes: readonly string[],
  ports: GrantPorts,
): Promise<TokenAnswer> {
  const { metadata, resource } = discovered;
  const scope = scopes.join(' ');
  const ask = (parameters: Record<string, string | undefined>): Promise<TokenAnswer> =>
    requestToken(ports.outbound, ports, { metadata, client, proofKey }, { ...parameters, scope });
  switch (settings.type) {
    case 'client-credentials':
      return ask({ grant_type: 'client_credentials', resource });
    case 'workload-identity':
      return ask({ grant_type: grantTypes.jwtBearer, assertion: await ports.secret(settings.assertion), resource });
    case 'token-exchange': {
      const subject = ports.subject(settings['subject-issuer'] ?? settings.issuer);
      const answer = await ask({
        grant_type: grantTypes.tokenExchange,
        requested_token_type: tokenTypes.accessToken,
        subject_token: subject,
        subject_token_type: typeUris[settings['subject-token']],
        audience: settings.audience,
        resource,
      });
      expectType(answer, [tokenTypes.accessToken, tokenTypes.jwt, undefined], discovered.issuer);
      return refuseEcho(answer, subject, discovered.issuer);
    }
    case 'enterprise-managed': {
      const provider = settings['identity-provider'];
      const subject = ports.subject(provider.issuer);
      const grant = await requestToken(
        ports.outbound,
        ports,
        {
          metadata: await providerMetadata(provider, ports),
          client: await configuredClient(provider.client, ports.secret),
        },
        {
          grant_type: grantTypes.tokenExchange,
          requested_token_type: tokenTypes.idJag,
          subject_token: subject,
          subject_token_type: typeUris[settings['subject-token']],
          audience: discovered.issuer,
          resource,
          scope,
        },
      );
      expectType(grant, [tokenTypes.idJag], provider.issuer);
      refuseEcho(grant, subject, provider.issuer);
      return ask({ grant_type: grantTypes.jwtBearer, assertion: grant.accessToken });
    }
  }
}

async function providerMetadata(
  { issuer, 'token-endpoint': endpoint }: Extract<MachineSettings, { type: 'enterprise-managed' }>['identity-provider'],
  { outbound }: GrantPorts,
): Promise<Pick<ServerMetadata, 'issuer' | 'token_endpoint' | 'token_endpoint_auth_methods_supported'>> {
  if (endpoint !== undefined) return { issuer, token_endpoint: endpoint };
  const found = await findServer(outbound, issuer);
  if (found === undefined)
    throw new CredentialFault('metadata-missing', `the identity provider \`${hostOf(issuer)}\` publishes no metadata`);
  return found;
}

function expectType(answer: TokenAnswer, types: readonly (string | undefined)[], issuer: string): void {
  if (!types.includes(answer.issuedTokenType))
    throw new CredentialFault('token-invalid', `\`${hostOf(issuer)}\` gave a token of another type than was asked for`);
}

/** A service that gives back what it got would have the person's own token sent upstream. */
function refuseEcho(answer: TokenAnswer, subject: string, issuer: string): TokenAnswer {
  if (answer.accessToken === subject)
    throw new CredentialFault('token-invalid', `\`${hostOf(issuer)}\` gave back the token it was to exchange`);
  return answer;
}
