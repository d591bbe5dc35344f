import { eventually, useProduct } from '../scenes/product';
import { textMessage, useApiOf } from '../scenes/api';

let token: string;

const product = useProduct({
  portal: {
    contacts: [
      { name: 'Klaus', lastName: 'Weber', phones: ['+49 (170) 123-45-67'] },
      { name: 'Twin', lastName: 'One', phones: ['+49 170 2222222'] },
      { name: 'Twin', lastName: 'Two', phones: ['0170 2222222', '+491702222222'] },
      { name: 'Other', lastName: 'Contact', phones: ['+49 170 3333333'] },
    ],
  },
});
const api = useApiOf(product);

beforeAll(async () => {
  ({ token } = await api.addAccount({ phone: '+49 30 7654321' }));
  await product.startWorker();
});

const ingest = (chatId: string, ids: string[]) =>
  api.post(
    '/api/v1/ingest/messages',
    {
      messages: ids.flatMap((id, at) => [
        textMessage(`${id}0`, { chatId, sender: null, timestamp: 1_727_745_026 + 2 * at }),
        textMessage(`${id}1`, { chatId, sender: null, fromMe: true, timestamp: 1_727_745_027 + 2 * at }),
      ]),
    },
    { token },
  );

const contactOf = async (name: string): Promise<number> =>
  (await api.get(`/api/v1/crm/contacts?q=${name}`)).body.items[0].crmContactId;

test('what was said is on the page of the contact a phone was linked to, and the workflow tells how it is', async () => {
  const crmContactId = await contactOf('Klaus');
  await ingest('491701234567@c.us', ['3EB0A', '3EB0B']);
  const made = await api.post('/api/v1/links', { phone: '0049 170 1234567' });
  expect([made.status, made.body.outcome]).toEqual([201, 'linked']);
  const { link } = made.body;
  expect(link).toMatchObject({ state: 'linked', crmContactId });
  expect(link.decision).toMatchObject({ by: 'phone', matchedValue: '+49 (170) 123-45-67' });
  expect((await api.post('/api/v1/links', { phone: '+49 170 1234567' })).status).toBe(200);

  const status = await eventually('the backup', async () => {
    const { body } = await api.get(`/api/v1/links/${link.id}/status`);
    return body.messagesBackedUp === 4 && body.lastSyncAt !== null ? body : null;
  });
  expect(status).toMatchObject({ answeredBy: 'workflow', state: 'linked', attention: null });
  const page = product.portal.comments(crmContactId).map(({ text }) => text);
  for (const id of ['3EB0A0', '3EB0A1', '3EB0B0', '3EB0B1']) {
    expect(page.join('\n').split(`text of ${id}`)).toHaveLength(2);
  }
  const entries = await api.get(`/api/v1/entries?linkId=${link.id}&state=delivered`);
  expect(entries.body.items.length).toBeGreaterThan(0);
  const shown = await api.get(`/api/v1/links/${link.id}`);
  expect(shown.body.counts).toEqual({ pendingMessages: 0, pendingHistory: 0, messagesBackedUp: 4 });
});

test('two contacts with one number are a review; the answer links to the one that was chosen', async () => {
  const doubtful = await api.post('/api/v1/links', { phone: '+49 170 2222222' });
  expect([doubtful.status, doubtful.body.outcome]).toEqual([200, 'ambiguous']);
  expect(doubtful.body.candidates).toHaveLength(2);
  const [{ crmContactId }] = doubtful.body.candidates;
  const again = await api.post('/api/v1/links', { phone: '+49 170 2222222' });
  expect(again.body.reviewId).toBe(doubtful.body.reviewId);
  const answered = await api.post(`/api/v1/reviews/${doubtful.body.reviewId}`, { crmContactId });
  expect([answered.status, answered.body.outcome]).toEqual([201, 'linked']);
  expect(answered.body.link).toMatchObject({ crmContactId, decision: { by: 'person' } });
  const same = await api.post(`/api/v1/reviews/${doubtful.body.reviewId}`, { crmContactId });
  expect([same.status, same.body.link]).toEqual([200, expect.objectContaining({ crmContactId })]);
  const other = doubtful.body.candidates[1].crmContactId;
  const late = await api.post(`/api/v1/reviews/${doubtful.body.reviewId}`, { crmContactId: other });
  expect([late.status, late.body.code]).toEqual([409, 'review_answered']);
});

test('nobody with the number is unmatched, and becomes a new contact when asked', async () => {
  const phone = '+49 170 4444444';
  const unmatched = await api.post('/api/v1/links', { phone, name: 'New Person' });
  expect([unmatched.status, unmatched.body.outcome]).toEqual([200, 'unmatched']);
  const made = await Promise.all(
    Array.from({ length: 5 }, () => api.post('/api/v1/links', { phone, createIfMissing: true })),
  );
  expect(new Set(made.map(({ body }) => body.outcome))).toEqual(new Set(['linked']));
  expect(made.filter(({ status }) => status === 201)).toHaveLength(1);
  expect((await api.get('/api/v1/crm/contacts?q=New%20Person')).body.items).toHaveLength(1);
});

test('a link gets another contact with its entries, and ends', async () => {
  const [from, to] = [await contactOf('Klaus'), await contactOf('Other')];
  const { link } = (await api.post('/api/v1/links', { phone: '+491701234567' })).body;
  const finished = async (operationId: string) =>
    eventually('the operation', async () => {
      const { body } = await api.get(`/api/v1/operations/${operationId}`);
      return body.state === 'done' ? body : null;
    });
  const change = await api.send('PUT', `/api/v1/links/${link.id}/contact`, {
    body: { crmContactId: to, entries: 'move' },
  });
  expect(change.status).toBe(202);
  await finished(change.body.id);
  expect((await api.get(`/api/v1/links/${link.id}`)).body.crmContactId).toBe(to);
  const repeated = await api.send('PUT', `/api/v1/links/${link.id}/contact`, {
    body: { crmContactId: to, entries: 'move' },
  });
  expect([repeated.status, repeated.body.id, repeated.body.state]).toEqual([200, change.body.id, 'done']);
  expect(product.portal.comments(from)).toHaveLength(0);
  expect(product.portal.comments(to).length).toBeGreaterThan(0);

  const end = await api.send('DELETE', `/api/v1/links/${link.id}?entries=keep`);
  expect(end.status).toBe(202);
  await finished(end.body.id);
  const status = await api.get(`/api/v1/links/${link.id}/status`);
  expect(status.body).toMatchObject({ state: 'unlinked', answeredBy: 'store' });
  const again = await api.send('DELETE', `/api/v1/links/${link.id}?entries=keep`);
  expect([again.status, again.body]).toEqual([
    200,
    expect.objectContaining({ id: end.body.id, state: 'done' }),
  ]);
  const gone = await api.send('DELETE', `/api/v1/links/${link.id}?entries=remove`);
  expect([gone.status, gone.body.code]).toEqual([409, 'link_unlinked']);
});

test('pause, resume and a round now reach the workflow', async () => {
  const { link } = (await api.post('/api/v1/links', { phone: '+49 170 3333333' })).body;
  const paused = await api.post(`/api/v1/links/${link.id}/pause`, {});
  expect(paused.body).toMatchObject({ rhythm: 'paused', answeredBy: 'workflow' });
  await ingest('491703333333@c.us', ['3EB0C']);
  const resumed = await api.post(`/api/v1/links/${link.id}/resume`, {});
  expect([resumed.status, resumed.body.rhythm]).toEqual([202, 'rounds']);
  expect((await api.post(`/api/v1/links/${link.id}/back-up-now`, {})).status).toBe(202);
  await eventually('the backup', async () => {
    const { body } = await api.get(`/api/v1/links/${link.id}/status`);
    return body.messagesBackedUp === 2;
  });
});
