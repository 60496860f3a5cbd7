import { describe, expect, it } from 'vitest';
import { DemarcError } from '../../base/errors.ts';
import { parseGatewayConfig, readNamed } from './read-config.ts';

const servers = 'servers: {mail: {url: "https://mail.example/mcp"}}';

describe('what is wrong with a configuration is told with its place', () => {
  it.each([
    ['an unknown key', `version: 1\nmdoe: shadow\n${servers}\n`, '2:1: has no key `mdoe` (did you mean `mode`?)'],
    [
      'an unknown key of a server',
      'version: 1\nservers:\n  mail:\n    url: https://mail.example/mcp\n    eraz: [stateful]\n',
      '5:5: `servers.mail` has no key `eraz` (did you mean `eras`?)',
    ],
    [
      'a server of no kind',
      'version: 1\nservers:\n  mail:\n    uri: https://mail.example/mcp\n',
      '4:5: `servers.mail` has no key `uri` (did you mean `url`?)',
    ],
    [
      'an unknown key of identity',
      `version: 1\nidentity:\n  anonymous: {agnt: local}\n${servers}\n`,
      /^3:15: `identity\.anonymous` has no key `agnt`/,
    ],
    ['a wrong type', `version: 1\nmode:\n  - shadow\n${servers}\n`, /^2:1: `mode` /],
    ['a part that is none', `version: 1\nidentity: nobody\n${servers}\n`, /^2:1: `identity` .*expected record/],
    ['approvals that are none', `version: 1\napprovals: [boss]\n${servers}\n`, /^2:1: `approvals` .*expected record/],
    ['a bad item of a list', `version: 1\nhosts:\n  - a\n  - 7\n${servers}\n`, /^4:5: `hosts\.1` /],
    [
      'a bad name',
      'version: 1\nservers:\n  Mail: {url: "https://mail.example/mcp"}\n',
      '3:3: `servers.Mail` is not made of small letters, digits, `_` and `-`',
    ],
    [
      'a server that is not there',
      `version: 1\nidentity:\n  issuers: [{name: corp, issuer: "https://corp.example"}]\n  scopes:\n    servers:\n      male: [mail:send]\n${servers}\n`,
      '6:7: `identity.scopes.servers.male` is no server of `servers`',
    ],
    ['a key that is missing', '# mine\nversion: 1\n', /^2:1: `servers` /],
    ['nothing', '', /^1:1: `version` /],
    ['what is no YAML', 'version: 1\nmode: [\n', /^3:1: not valid YAML/],
  ])('%s', (_what, text, told) => {
    const place = 'demarc.gateway.yaml:';
    expect(() => parseGatewayConfig(text, 'demarc.gateway.yaml')).toThrow(
      typeof told === 'string' ? `${place}${told}` : new RegExp(`^${place}${told.source.slice(1)}`),
    );
  });

  it('what it names and cannot be read, too', () => {
    const config = parseGatewayConfig(`version: 1\n${servers}\npolicies:\n  set: nowhere\n`, 'g.yaml');
    const read = (): never => {
      throw new DemarcError('DMC_POLICY', '`nowhere` cannot be read', { hint: 'name a folder' });
    };
    expect(() => readNamed(config, ['policies', 'set'], read)).toThrow(
      expect.objectContaining({
        code: 'DMC_POLICY',
        message: 'g.yaml:4:3: `policies.set`: `nowhere` cannot be read',
        hint: 'name a folder',
      }) as Error,
    );
  });
});
