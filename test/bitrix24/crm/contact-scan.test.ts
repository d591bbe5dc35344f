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

/** The ids in the order they are told, however many portions it takes; each id must come once. */
async function readAll(): Promise<number[]> {
  const ids: number[] = [];
  for (let scan: Parameters<Portal['contacts']['scanContacts']>[0] = null; ;) {
    const { cards, next } = await portal.contacts.scanContacts(scan, { lane: 'history' });
    ids.push(...cards.map(({ crmContactId }) => crmContactId));
    if (next === null) return ids;
    scan = next;
  }
}

const addMany = (count: number) => Array.from({ length: count }, () => sandbox.addContact({ name: 'C' }));

test('a small portal is read with one command', async () => {
  const ids = addMany(49);
  sandbox.resetStats();
  expect((await readAll()).sort((one, other) => one - other)).toEqual(ids);
  expect(sandbox.stats()).toMatchObject({ requests: 1, commands: { 'crm.item.list': 1 } });
});

test('fifty pages are read in one request, and every contact comes once', async () => {
  const ids = addMany(2_600);
  sandbox.resetStats();
  expect(await readAll()).toEqual(ids);
  expect(sandbox.stats()).toMatchObject({ requests: 3, batchFill: { 1: 1, 50: 1, 2: 1 } });
});

test('a portal where most contacts were deleted is read with wider pages, crowded places included', async () => {
  const ids = addMany(12_000);
  const isKept = (id: number) => id % 97 === 0 || (id > 8_000 && id <= 8_400) || id > 11_900;
  for (const id of ids) if (!isKept(id)) sandbox.deleteContact(id);
  sandbox.resetStats();
  expect(await readAll()).toEqual(ids.filter(isKept));
  expect(sandbox.stats().requests).toBeLessThan(10);
});
