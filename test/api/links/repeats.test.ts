import { toLinkWorkflowId } from '../../../domain/ids';
import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();
let next = 0;

async function addLinked(crmContactId: number) {
  const { store, portalId } = api;
  const number = `+491707${String((next += 1)).padStart(6, '0')}`;
  const personId = await personWith(store, portalId, number, 'Ana');
  return linkOne(store, portalId, personId, crmContactId);
}

const putContact = (linkId: string, crmContactId: number, entries: string) =>
  api.send('PUT', `/api/v1/links/${linkId}/contact`, { body: { crmContactId, entries } });
const remove = (linkId: string, entries: string) =>
  api.send('DELETE', `/api/v1/links/${linkId}?entries=${entries}`);

/** As an API leaves it that dies right after the change is saved. */
async function saveOnly(linkId: string, kind: 'changeContact' | 'unlink', crmContactId: number | null) {
  const { store, portalId } = api;
  const wish = { crmContactId, entries: 'keep', remember: false } as const;
  const operation = await store.operations.begin({ portalId, linkId, kind, wish });
  const change = { kind, ...wish, operationId: operation._id };
  await store.links.requestChange(linkId, change);
  return change;
}

const openReview = (personId: string, linkId: string) =>
  api.store.reviews.open({
    ...{ portalId: api.portalId, personId, linkId, kind: 'ambiguous' },
    ...{ reason: 'Two contacts have this number.', candidates: [] },
  });

const isRunning = async (linkId: string): Promise<boolean> => {
  const handle = api.temporal.workflow.getHandle(toLinkWorkflowId(linkId));
  const found = await handle.describe().catch(() => null);
  return found?.status.name === 'RUNNING';
};

test('a change saved by an API that died is taken up by its repetition: the review closes, the workflow wakes', async () => {
  const { _id, personId } = await addLinked(11);
  const review = await openReview(personId, _id);
  const { operationId } = await saveOnly(_id, 'changeContact', 12);
  expect(await isRunning(_id)).toBe(false);
  const again = await putContact(_id, 12, 'keep');
  expect([again.status, again.body.id]).toEqual([202, operationId]);
  expect((await api.store.reviews.load(review._id))?.state).toBe('answered');
  expect(await isRunning(_id)).toBe(true);
});

test('an end saved by an API that died is taken up by its repetition', async () => {
  const { _id } = await addLinked(21);
  const { operationId } = await saveOnly(_id, 'unlink', null);
  const again = await remove(_id, 'keep');
  expect([again.status, again.body.id]).toEqual([202, operationId]);
  expect(await isRunning(_id)).toBe(true);
});

test('a change that was carried out after the API died closes its review with the repetition', async () => {
  const { store } = api;
  const { _id, personId } = await addLinked(31);
  const review = await openReview(personId, _id);
  const change = await saveOnly(_id, 'changeContact', 32);
  await store.operations.finish(change.operationId, 'done', null);
  await store.links.finishChange(_id, change, null);
  const again = await putContact(_id, 32, 'keep');
  expect([again.status, again.body.id]).toEqual([200, change.operationId]);
  expect((await store.reviews.load(review._id))?.state).toBe('answered');
});

test('an end of which nobody knows what became of its entries is not said to have removed them', async () => {
  const { store, portalId } = api;
  const { _id: linkId } = await addLinked(41);
  const operation = await store.operations.begin({ portalId, linkId, kind: 'unlink' });
  const wish = { crmContactId: null, entries: 'keep', remember: false } as const;
  const change = { kind: 'unlink', ...wish, operationId: operation._id } as const;
  await store.links.requestChange(linkId, change);
  await store.operations.finish(operation._id, 'done', null);
  await store.links.finishChange(linkId, change, null);
  const removed = await remove(linkId, 'remove');
  expect([removed.status, removed.body.code]).toEqual([409, 'link_unlinked']);
  const kept = await remove(linkId, 'keep');
  expect([kept.status, kept.body.state]).toEqual([200, 'done']);
});
