import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPortalDirectory } from '../../bitrix24/portal-directory';
import { createMemoryBudgets } from './memory-budgets';

test('closing does not wait for a portal that does not answer: a stop would hang for as long as the portal may take', async () => {
  const portal = createServer();
  portal.listen(0, '127.0.0.1');
  await once(portal, 'listening');
  const { port } = portal.address() as AddressInfo;
  const webhookUrl = `http://127.0.0.1:${port}/rest/1/secret/`;
  const { portalOf, close } = createPortalDirectory({
    credentials: {
      findAccess: () => Promise.resolve({ webhookUrl, movedTo: null, facts: null }),
      saveMove: () => Promise.resolve(),
      saveFacts: () => Promise.resolve(),
    },
    budgets: createMemoryBudgets(),
    requestLimitMs: 3_600_000,
    closePatienceMs: 50,
  });
  const asked = once(portal, 'request');
  const outcome = (await portalOf('p')).fetchClockOffset().catch((error: unknown) => error);
  await asked;
  await close();
  // The process would end here, which cuts the connection.
  portal.closeAllConnections();
  expect(await outcome).toMatchObject({ name: 'UnknownOutcomeError' });
  portal.close();
});
