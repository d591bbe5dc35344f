import { toLinkWorkflowId, toWatchWorkflowId } from '../../domain/ids';
import { useApiOf } from '../scenes/api';
import { eventually, say, useProduct } from '../scenes/product';
import { countOn, startWatch } from '../scenes/watch';

const product = useProduct({ settings: { parkAfterQuietRounds: 2 } });
const api = useApiOf(product);

beforeAll(() => product.startWorker());

const phones = ['+491707000001', '+491707000002', '+491707000003', '+491707000004'] as const;
const disconnect = (query = '') => api.send('DELETE', `/api/v1/portals/${product.portalId}${query}`);
const stateOf = async (workflowId: string) =>
  (await product.client.workflow.getHandle(workflowId).describe()).status.name;

interface Linked {
  linkId: string;
  crmContactId: number;
}

async function addLinked(phone: string): Promise<Linked> {
  const crmContactId = product.portal.addContact({ name: 'Dora', phones: [phone] });
  const { body } = await api.post('/api/v1/links', { phone });
  expect(body.outcome).toBe('linked');
  return { linkId: body.link.id, crmContactId };
}

test('a portal is disconnected once that is confirmed: its links and workflows end, and connected again it goes on', async () => {
  const { store, portal, portalId } = product;
  const links = await Promise.all(phones.map(addLinked));
  const [first, second] = links as [Linked, Linked];
  await say(product, { id: 'D1', text: 'before the end', peer: phones[0] });
  await eventually('the page', () => countOn(product, [first.crmContactId], 'before the end') === 1);
  await api.post(`/api/v1/links/${second.linkId}/pause`, {});
  await say(product, { id: 'D2', text: 'waits', peer: phones[1] });
  await eventually('a parked link', async () =>
    (await store.links.loadMany(links.map(({ linkId }) => linkId))).some(({ rhythm }) => rhythm === 'parked'),
  );
  await startWatch(product);

  const asked = await disconnect();
  expect([asked.status, asked.body.code]).toEqual([409, 'confirmation_needed']);
  expect(asked.body.counts).toEqual({ links: 4, waitingMessages: 1 });
  expect((await api.get('/api/v1/links?state=linked')).body.items).toHaveLength(4);

  const done = await disconnect('?confirm=true');
  expect([done.status, done.body.id, typeof done.body.disconnectedAt]).toEqual([202, portalId, 'string']);
  expect(await store.portals.findAccess(portalId)).toBeNull();
  const workflows = [toWatchWorkflowId(portalId), ...links.map(({ linkId }) => toLinkWorkflowId(linkId))];
  for (const workflow of workflows) {
    await eventually('the end of a workflow', async () => (await stateOf(workflow)) === 'COMPLETED');
  }
  const { body } = await api.get(`/api/v1/links/${first.linkId}`);
  expect(body).toMatchObject({ state: 'unlinked', crmContactId: first.crmContactId, attention: null });
  expect(body.history.at(-1)).toMatchObject({ what: 'the portal was disconnected' });
  expect(countOn(product, [first.crmContactId], 'before the end')).toBe(1);

  expect((await api.get('/api/v1/portals')).body.items).toEqual([]);
  const refused = await api.post('/api/v1/links', { phone: phones[0] });
  expect([refused.status, refused.body.code]).toEqual([409, 'no_portal']);
  const named = await api.post('/api/v1/links', { phone: phones[0], portalId });
  expect([named.status, named.body.code]).toEqual([409, 'portal_disconnected']);
  const again = await disconnect('?confirm=true');
  expect([again.status, again.body.id]).toEqual([200, portalId]);

  await store.portals.connect(portal.webhookUrl, { defaultCountry: 'DE', timeZone: 'UTC' });
  const renewed = await api.post('/api/v1/links', { phone: phones[1] });
  expect([renewed.status, renewed.body.link.id]).toEqual([201, second.linkId]);
  await eventually('what waited', () => countOn(product, [second.crmContactId], 'waits') === 1);
});

test('the watch of a portal whose data lie in another database ends', async () => {
  await startWatch({ ...product, portalId: 'a'.repeat(24) });
  const ended = async () => (await stateOf(toWatchWorkflowId('a'.repeat(24)))) === 'COMPLETED';
  await eventually('its end', ended);
});

test('with one connected portal nobody has to name it, whatever was disconnected before', async () => {
  const { store, portalId } = product;
  const policies = { defaultCountry: 'DE', timeZone: 'UTC' };
  const old = await store.portals.connect('https://old.bitrix24.test/rest/1/secret/', policies);
  const other = await api.post('/api/v1/links', { phone: '+491707000009' });
  expect([other.status, other.body.code]).toEqual([422, 'portal_required']);
  await store.portals.disconnect(old._id, new Date());
  const { body } = await api.post('/api/v1/links', { phone: '+491707000009' });
  expect(body.outcome).toBe('unmatched');
  const account = await api.post('/api/v1/accounts', { kind: 'ingest', phone: '+49301234599', name: 'Two' });
  expect([account.status, account.body.account.portalId]).toEqual([201, portalId]);
});
