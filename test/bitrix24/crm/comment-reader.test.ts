import { createBatcher } from '../../../bitrix24/batching/batcher';
import { createAsk } from '../../../bitrix24/crm/ask';
import { readComments } from '../../../bitrix24/crm/comment-reader';
import { createPacing } from '../../../bitrix24/pacing/pacing';
import { createClient } from '../../../bitrix24/rest/client';
import { type SandboxPortal, startSandboxPortal } from '../../../sandbox/portal';
import { createMemoryBudgets } from '../memory-budgets';

let sandbox: SandboxPortal;
let batcher: ReturnType<typeof createBatcher>;

beforeEach(async () => {
  sandbox = await startSandboxPortal({ limits: {} });
  batcher = createBatcher({
    client: createClient({ webhookUrl: sandbox.webhookUrl, requestLimitMs: 5_000 }),
    pacing: createPacing({ portalId: 'p', storage: createMemoryBudgets() }),
  });
});

afterEach(async () => {
  await batcher.close();
  await sandbox.stop();
});

const read = (contactId: number, isEnough: () => boolean) =>
  readComments(createAsk(batcher), contactId, isEnough, {});

test('the comments of a contact that is gone are refused by its id', async () => {
  await expect(read(4711, () => false)).rejects.toMatchObject({ crmContactId: 4711 });
});

test('comments are read newest first over all pages, and no further than asked', async () => {
  const contactId = sandbox.addContact({ name: 'Ana' });
  const method = 'crm.timeline.comment.add';
  for (let round = 0; round < 3; round += 1) {
    const added = Array.from({ length: 45 }, (_, index) => {
      const fields = { ENTITY_ID: contactId, ENTITY_TYPE: 'contact', COMMENT: `r${round} n${index}` };
      return batcher.submit({ method, params: { fields }, lane: 'live' });
    });
    await Promise.all(added);
  }
  const all = await read(contactId, () => false);
  const ids = sandbox.comments(contactId).map(({ id }) => id);
  expect(all.map(({ id }) => id)).toEqual(ids.reverse());
  sandbox.resetStats();
  await read(contactId, () => true);
  expect(sandbox.stats().requests).toBe(1);
});
