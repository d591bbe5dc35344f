import { toImportWorkflowId } from '../../../domain/ids';
import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

/** Its workflows are started however busy the machine is: nothing here asks a workflow that has no worker. */
const api = useApi({ queryWaitMs: 60_000 });
const dayMs = 86_400_000;

let phones = 0;
/** A WAHA account, through the store: what its set-up needs is of no matter here. */
async function addWaha(): Promise<string> {
  phones += 1;
  const fresh = { portalId: api.portalId, e164: `+4930111${String(phones).padStart(4, '0')}`, name: 'Sales' };
  const { account } = await api.store.accounts.add({ ...fresh, kind: 'waha', hmacKey: null });
  return account._id;
}

test('the past of a number is asked for, shown, stopped and gone on with', async () => {
  const accountId = await addWaha();
  const asked = await api.post(`/api/v1/accounts/${accountId}/history`, { days: 30 });
  expect(asked.status).toBe(202);
  const { id } = asked.body;
  expect(asked.body).toMatchObject({ kind: 'history', state: 'running', accountId, done: 0, total: 0 });
  expect(Date.parse(asked.body.to) - Date.parse(asked.body.from)).toBeGreaterThanOrEqual(30 * dayMs - 60_000);
  const handle = api.temporal.workflow.getHandle(toImportWorkflowId(id));
  expect((await handle.describe()).status.name).toBe('RUNNING');
  expect((await api.get(`/api/v1/imports?accountId=${accountId}`)).body.items).toEqual([asked.body]);
  const stopped = await api.post(`/api/v1/imports/${id}/cancel`, {});
  expect([stopped.status, stopped.body.state]).toEqual([200, 'cancelled']);
  expect((await api.send('DELETE', `/api/v1/imports/${id}`)).body.state).toBe('cancelled');
  const resumed = await api.post(`/api/v1/imports/${id}/resume`, {});
  expect([resumed.status, resumed.body.state]).toEqual([202, 'running']);
  await api.store.imports.finish(id, 'done', null);
  expect((await api.post(`/api/v1/imports/${id}/resume`, {})).body.code).toBe('import_done');
  expect((await api.post(`/api/v1/imports/${id}/cancel`, {})).body.state).toBe('done');
  await handle.terminate();
});

test('the past of one contact is asked for at every number that can be asked, under all addresses of the person', async () => {
  const accountId = await addWaha();
  await api.addAccount();
  const personId = await personWith(api.store, api.portalId, '+558591203123');
  const { _id: linkId } = await linkOne(api.store, api.portalId, personId, 51);
  const asked = await api.post(`/api/v1/links/${linkId}/history`, { all: true, accountId });
  expect(asked.status).toBe(202);
  expect(asked.body.items).toMatchObject([{ accountId, linkId, from: null }]);
  const [{ id }] = asked.body.items;
  const stored = await api.store.imports.load(id);
  expect(stored?.chats?.map((jids) => [...jids].sort())).toEqual([
    ['558591203123@c.us', '5585991203123@c.us'],
  ]);
  const ofContact = await api.post(`/api/v1/accounts/${accountId}/history`, { days: 1, crmContactId: 51 });
  expect((await api.store.imports.load(ofContact.body.id))?.chats).toEqual(stored?.chats);
  for (const each of [id, ofContact.body.id])
    await api.temporal.workflow.getHandle(toImportWorkflowId(each)).terminate();
});

test.each([
  [{}, 422],
  [{ days: 3, all: true }, 422],
  [{ days: 0 }, 422],
  [{ days: 1.5 }, 422],
  [{ since: 'yesterday' }, 422],
  [{ all: false }, 422],
  [{ days: 3, chats: [] }, 422],
  [{ days: 3, chats: ['status@broadcast'] }, 422],
  [{ days: 3, chats: ['$where'] }, 422],
  [{ days: 3, unknown: 1 }, 422],
  [{ days: 3, crmContactId: 999 }, 422],
  [{ days: 3, chats: ['491701234567@c.us'], crmContactId: 51 }, 422],
])('a wish that cannot be meant is refused: %j', async (wish, status) => {
  const accountId = await addWaha();
  const answer = await api.post(`/api/v1/accounts/${accountId}/history`, wish);
  expect(answer.status).toBe(status);
  expect(await api.store.imports.hasRunning(accountId, 'history')).toBe(false);
});

test('a source without a past says so, and so does an import that is not there', async () => {
  const { id } = await api.addAccount({ phone: '+49 30 7654321' });
  const refused = await api.post(`/api/v1/accounts/${id}/history`, { days: 3 });
  expect([refused.status, refused.body.code]).toEqual([409, 'no_history']);
  const noId = '0123456789abcdef01234567';
  for (const path of [`accounts/${noId}/history`, `links/${noId}/history`, `imports/${noId}/resume`])
    expect((await api.post(`/api/v1/${path}`, path.startsWith('imports') ? {} : { days: 3 })).status).toBe(
      404,
    );
});

test('each number chooses how far back it is read when it is connected', async () => {
  const accountId = await addWaha();
  const path = `/api/v1/accounts/${accountId}/history`;
  expect((await api.get(path)).body).toEqual({ daysAtConnect: 7, readUpTo: null, nextReadAt: null });
  expect((await api.send('PUT', path, { body: { daysAtConnect: null } })).body.daysAtConnect).toBeNull();
  expect((await api.send('PUT', path, { body: { daysAtConnect: 0 } })).body.daysAtConnect).toBe(0);
  expect((await api.send('PUT', path, { body: { daysAtConnect: -1 } })).status).toBe(422);
  expect((await api.get(path)).body.daysAtConnect).toBe(0);
});
