import { createPortal, type Portal } from '../../../bitrix24/portal';
import { startSandboxPortal, type SandboxPortal } from '../../../sandbox/portal';
import { createMemoryBudgets } from '../memory-budgets';

let sandbox: SandboxPortal;
let portal: Portal;

beforeEach(async () => {
  sandbox = await startSandboxPortal();
  portal = createPortal({
    portalId: 'p1',
    webhookUrl: sandbox.webhookUrl,
    budgets: createMemoryBudgets(),
    idleWindowMs: 0,
  });
});

afterEach(async () => {
  await portal.close();
  await sandbox.stop();
});

const read = (id: number) => portal.contacts.readDetails(id, { lane: 'history' });

test('a contact is read with its company and the portal’s words in two requests, the next one in one', async () => {
  sandbox.setSettings({ companies: [[7, 'Weber & Sons']] });
  const fields = { post: 'Buyer', companyId: 7, sourceId: 'WEB' };
  const id = sandbox.addContact({
    name: 'Klaus',
    phones: ['+491701234567'],
    emails: ['k@weber.example'],
    fields,
  });
  const other = sandbox.addContact({ name: 'Anna' });
  sandbox.resetStats();
  expect(await read(id)).toMatchObject({
    ...{ crmContactId: id, name: 'Klaus', phones: ['+491701234567'], emails: ['k@weber.example'] },
    ...{
      position: 'Buyer',
      companyName: 'Weber & Sons',
      type: 'Clients',
      source: 'Website',
      assignedById: 1,
    },
  });
  expect(sandbox.stats().requests).toBe(2);
  expect(await read(other)).toMatchObject({ name: 'Anna', companyName: null, type: 'Clients' });
  expect(sandbox.stats().requests).toBe(3);
});

test('who may not be seen is told apart from who does not exist', async () => {
  const id = sandbox.addContact({ name: 'Hidden' });
  sandbox.setSettings({ hiddenContacts: [id] });
  expect(await read(id)).toBe('unreadable');
  expect(await read(id + 1)).toBeNull();
});
