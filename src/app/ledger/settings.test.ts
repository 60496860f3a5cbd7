import { describe, expect, it } from 'vitest';
import { newLedgerSettings, parseLedgerSettings } from './settings.ts';

describe('settings of a ledger', () => {
  it('a ledger in its own folder has none', () => {
    expect(newLedgerSettings({})).toEqual({});
  });

  it('an object store, by its address', () => {
    expect(
      newLedgerSettings({
        store: 's3://audit/agents/',
        region: 'eu-central-1',
        retention: 'compliance:365',
        lease: 'postgres',
      }),
    ).toEqual({
      lease: 'postgres',
      store: {
        kind: 's3',
        bucketUrl: 'https://audit.s3.eu-central-1.amazonaws.com',
        region: 'eu-central-1',
        prefix: 'agents/',
        retention: { mode: 'COMPLIANCE', days: 365 },
      },
    });
    expect(
      newLedgerSettings({ store: 's3://audit', region: 'r', endpoint: 'http://127.0.0.1:9000/' }).store,
    ).toMatchObject({
      bucketUrl: 'http://127.0.0.1:9000/audit',
      prefix: '',
    });
  });

  it.each([
    [{ store: 'gs://audit', region: 'r' }, 'is no store'],
    [{ store: 's3://Audit_1', region: 'r' }, 'is no store'],
    [{ store: 's3://audit' }, 'needs its region'],
    [{ store: 's3://audit', region: 'r', retention: 'forever' }, 'is no retention'],
    [{ retention: 'compliance:1' }, 'can lock objects'],
  ])('%j is refused', (given, message) => {
    expect(() => newLedgerSettings(given)).toThrow(message);
  });

  it('what was written is read back; anything else is refused, and no value is quoted', () => {
    const settings = newLedgerSettings({ store: 's3://audit/a', region: 'r', retention: 'governance:30' });
    expect(parseLedgerSettings(JSON.stringify(settings), 'ledger.json')).toEqual(settings);
    expect(() => parseLedgerSettings('{', 'ledger.json')).toThrow('`ledger.json` is not JSON');
    expect(() => parseLedgerSettings('{"lease":"redis"}', 'ledger.json')).toThrow('`ledger.json`: lease');
    const secret = { store: { ...settings.store, secretAccessKey: 'wJalrXUtnFEMI' } };
    expect(() => parseLedgerSettings(JSON.stringify(secret), 'ledger.json')).toThrow('secretAccessKey');
    expect(() => parseLedgerSettings(JSON.stringify(secret), 'ledger.json')).not.toThrow('wJalrXUtnFEMI');
  });
});
