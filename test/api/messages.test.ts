import { useApi } from '../scenes/api';

const api = useApi();
const noId = '0123456789abcdef01234567';

let next = 0;

/** A chat with the messages 1 to 5, of which the first is edited last. */
async function addChat(): Promise<string> {
  const number = `4917040000${String((next += 1)).padStart(2, '0')}`;
  const { store, portalId } = api;
  const alias = { kind: 'phone', key: `phone:+${number}` } as const;
  const person = await store.people.findOrCreate(portalId, { aliases: [alias], name: null }, 'test');
  const [chat] = await store.chats.findOrCreate(portalId, [{ accountId: noId, personId: person._id }]);
  const chatId = chat?._id ?? '';
  const base = { portalId, chatId, accountId: noId, fromMe: false, senderPersonId: person._id };
  for (const [at, key] of ['1', '2', '3', '4', '5', '1'].entries()) {
    const change = at === 5 ? 'edit:x' : 'create';
    await store.messages.saveVersion(
      { ...base, key, stanzaId: key },
      {
        ...{ change, event: at === 5 ? 'edit' : 'create', fromMe: false, senderName: null, kind: 'text' },
        ...{ text: key, fileName: null, quotedText: null, forwarded: false },
        ...{ sentAt: dayOf(1), arrivedAt: dayOf(at + 1) },
      },
    );
  }
  return chatId;
}

const dayOf = (day: number): Date => new Date(Date.UTC(2026, 0, day));

async function list(chatId: string, query: Record<string, string>) {
  const { body } = await api.get(`/api/v1/chats/${chatId}/messages?${new URLSearchParams(query).toString()}`);
  return {
    ids: body.items.map(({ stanzaId }: { stanzaId: string }) => stanzaId),
    cursor: body.nextCursor,
  };
}

test('a chat is read from its last message back, page by page, or from its first on', async () => {
  const chatId = await addChat();
  const first = await list(chatId, { order: 'newest', limit: '2' });
  expect(first.ids).toEqual(['5', '4']);
  const second = await list(chatId, { order: 'newest', limit: '3', cursor: first.cursor });
  expect(second).toEqual({ ids: ['3', '2', '1'], cursor: null });
  expect((await list(chatId, { order: 'oldest' })).ids).toEqual(['1', '2', '3', '4', '5']);
  expect((await list(chatId, {})).ids).toEqual(['1', '2', '3', '4', '5']);
});

test('since a time there is what came then or later, also an edit of an old message', async () => {
  const chatId = await addChat();
  const since = dayOf(4).toISOString();
  expect((await list(chatId, { since })).ids).toEqual(['1', '4', '5']);
  expect((await list(chatId, { since, order: 'newest', limit: '2' })).ids).toEqual(['5', '4']);
  expect((await list(chatId, { since: '2026-01-06T02:00:00+02:00' })).ids).toEqual(['1']);
  expect((await list(chatId, { since: dayOf(7).toISOString() })).ids).toEqual([]);
});

test.each([
  ['order=first', 'order'],
  ['since=yesterday', 'since'],
  ['since=2026-01-01T00:00:00', 'since'],
])('the query %s is refused by its field', async (query, field) => {
  const answer = await api.get(`/api/v1/chats/${await addChat()}/messages?${query}`);
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
});
