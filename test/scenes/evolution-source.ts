import { startSandboxEvolution, type SandboxEvolution } from '../../sandbox/evolution/evolution';
import type { ApiServer } from './api';
import { opened } from './opened';

export const instanceName = 'sales';

/** An account of Evolution as a test needs it. */
export interface MadeEvolution {
  id: string;
  digits: string;
  /** Its secret. */
  hmacKey: string;
}

/** A stand-in Evolution for each test. */
export const useEvolution = (): SandboxEvolution =>
  opened<SandboxEvolution>(
    () => startSandboxEvolution({ retryScale: 0.0001 }),
    (server) => server.stop(),
    'test',
  );

let next = 0;

/** An account that knows the stand-in, not set up yet. */
export async function makeEvolution(
  api: ApiServer,
  evolution: SandboxEvolution,
  settings: object = {},
): Promise<MadeEvolution> {
  const digits = `49301120${String((next += 1)).padStart(3, '0')}`;
  const { url: baseUrl, apiKey } = evolution;
  const given = { baseUrl, apiKey, instance: instanceName, callbackUrl: api.url, ...settings };
  const body = { kind: 'evolution', phone: `+${digits}`, name: 'Sales', settings: given };
  const made = await api.post('/api/v1/accounts', body);
  expect([made.status, made.body.token]).toEqual([201, null]);
  return { id: made.body.account.id, digits, hmacKey: made.body.hmacKey };
}

/** An account whose instance is connected. */
export async function makeScannedEvolution(
  api: ApiServer,
  evolution: SandboxEvolution,
): Promise<MadeEvolution> {
  const made = await makeEvolution(api, evolution);
  await api.post(`/api/v1/accounts/${made.id}/set-up`, {});
  expect(evolution.scan(made.digits)).toBe(true);
  await evolution.hooksDone();
  return made;
}
