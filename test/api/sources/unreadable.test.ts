import { textMessage, useApi, wahaMessage } from '../../scenes/api';

const hmacKey = 'a-key-of-more-than-16';
const api = useApi();
let waha: string;
let ingest: { id: string; token: string };
beforeAll(async () => {
  ({ id: waha } = await api.addAccount({ kind: 'waha', settings: { hmacKey } }));
  ingest = await api.addAccount({ phone: '+49 30 7654321' });
});

const send = (...messages: unknown[]) =>
  api.post('/api/v1/ingest/messages', { schema: '1', messages }, { token: ingest.token });
const listOf = async (accountId: string) =>
  (await api.get(`/api/v1/unreadable?accountId=${accountId}`)).body.items as { id: string; code: string }[];
const newest = async (accountId: string) => (await listOf(accountId))[0] ?? { id: '', code: '' };
const tryAgain = (id: string) => api.post(`/api/v1/unreadable/${id}/try-again`, {});
const versionsOf = async (stanzaId: string) =>
  (await api.store.messages.model.findOne({ stanzaId }).lean().exec())?.versions ?? [];

test('what cannot be read is listed without its content, and shown with it to administrators', async () => {
  await send(textMessage('3EB0BAD1', { timestamp: 'yesterday', text: 'a secret' }));
  const [row] = await listOf(ingest.id);
  expect(row).toEqual({
    ...{ id: expect.any(String), portalId: api.portalId, accountId: ingest.id, source: 'ingest' },
    ...{ code: 'bad_timestamp', reason: expect.any(String), receivedAt: expect.any(String) },
  });
  const shown = await api.get(`/api/v1/unreadable/${row?.id}`);
  expect(JSON.parse(shown.body.payload)).toMatchObject({ id: '3EB0BAD1', text: 'a secret' });
  expect((await tryAgain(row?.id ?? '')).body).toEqual({ outcome: 'unreadable' });
  expect(await newest(ingest.id)).toEqual(row);
});

test('it is deleted for good', async () => {
  await send(textMessage('3EB0BAD2', { timestamp: 'yesterday' }));
  const { id } = await newest(ingest.id);
  expect((await api.send('DELETE', `/api/v1/unreadable/${id}`)).status).toBe(204);
  for (const [method, path] of [
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/try-again'],
  ] as const) {
    expect((await api.send(method, `/api/v1/unreadable/${id}${path}`)).body.code).toBe('not_found');
  }
});

/** As if the version before this one had not understood what this one does. */
const understandNow = (id: string, raw: unknown) =>
  api.store.unreadable.model.updateOne({ _id: id }, { $set: { raw: JSON.stringify(raw) } });

test('a message told by its placeholder gets its words as a new version, once', async () => {
  const unknown = { body: '', _data: { message: { newThingMessage: {} } } };
  const sent = await api.sendWaha(waha, hmacKey, wahaMessage('3EB0NEW1', unknown));
  expect(sent.body).toMatchObject({ accepted: 1 });
  const { id, code } = await newest(waha);
  expect(code).toBe('unknown_content');
  expect((await tryAgain(id)).body).toEqual({ outcome: 'unreadable' });
  expect(await versionsOf('3EB0NEW1')).toMatchObject([{ kind: 'unsupported', text: null }]);
  await understandNow(id, wahaMessage('3EB0NEW1'));
  expect((await tryAgain(id)).body).toEqual({ outcome: 'read' });
  const told = [
    { kind: 'unsupported' },
    { kind: 'text', text: 'text of 3EB0NEW1', routedAt: expect.any(Date) },
  ];
  expect(await versionsOf('3EB0NEW1')).toMatchObject(told);
  expect((await tryAgain(id)).status).toBe(404);
  await api.sendWaha(waha, hmacKey, wahaMessage('3EB0NEW1'));
  expect(await versionsOf('3EB0NEW1')).toHaveLength(2);
});

test('what turns out to be no message is no longer kept', async () => {
  await api.sendWaha(waha, hmacKey, wahaMessage('3EB0NEW2', { timestamp: 'x' }));
  const { id, code } = await newest(waha);
  expect(code).toBe('bad_timestamp');
  await understandNow(id, { ...(wahaMessage('3EB0NEW2') as object), event: 'message.ack' });
  expect((await tryAgain(id)).body).toEqual({ outcome: 'nothing' });
  expect((await api.get(`/api/v1/unreadable/${id}`)).status).toBe(404);
});

test('a message of a request is read again with the people and the group that it named', async () => {
  const groupId = '120363321708924123@g.us';
  const broken = textMessage('3EB0NEW3', {
    ...{ chatId: groupId, sender: { id: '4639135154355@lid' }, timestamp: 'yesterday' },
  });
  await api.post(
    '/api/v1/ingest/messages',
    {
      chats: [
        { id: groupId, type: 'group', name: 'Project X' },
        { id: '120363000000000000@g.us', name: 'Other' },
      ],
      identities: [
        { lid: '4639135154355@lid', phone: '+5541998773200', name: 'Ana' },
        { lid: '1@lid', phone: '+5541998773201' },
      ],
      messages: [broken],
    },
    { token: ingest.token },
  );
  const { id } = await newest(ingest.id);
  const kept = await api.store.unreadable.load(id);
  expect(kept?.context).not.toMatch(/Other|998773201/);
  await understandNow(id, { ...broken, timestamp: 1_727_745_026 });
  expect((await tryAgain(id)).body).toEqual({ outcome: 'read' });
  const message = await api.store.messages.model.findOne({ stanzaId: '3EB0NEW3' }).lean().exec();
  const sender = await api.store.people.load(message?.senderPersonId ?? '');
  expect(sender?.aliases.map(({ key }) => key).sort()).toEqual(['lid:4639135154355', 'phone:+5541998773200']);
  expect((await api.store.chats.load(message?.chatId ?? ''))?.title).toBe('Project X');
});

test('a payload that was cut, or whose account is gone, stays and says why', async () => {
  const huge = wahaMessage('3EB0NEW4', { timestamp: 'x', body: 'x'.repeat(300_000) });
  await api.sendWaha(waha, hmacKey, huge);
  const { id } = await newest(waha);
  expect((await tryAgain(id)).body).toEqual({ outcome: 'unreadable' });
  expect((await newest(waha)).code).toBe('payload_cut');
  const gone = '0123456789abcdef01234567';
  await api.store.unreadable.model.updateOne({ _id: id }, { $set: { accountId: gone } });
  expect((await tryAgain(id)).body).toEqual({ outcome: 'unreadable' });
  expect((await newest(gone)).code).toBe('account_gone');
});
