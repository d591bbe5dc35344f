import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi({ linkWaitMs: 50, queryWaitMs: 50 });
const phones = ['+491701000001', '+491701000002', '+491701000003'];
const jids = [1, 2, 3].map((index) => `12036300000000000${index}@g.us`);
const titles = ['Project X', 'مجموعة العائلة 🌸', `Team ${'very '.repeat(20)}long`];
const tokens: string[] = [];
const accounts: string[] = [];

/** Says something in a group, by one of our numbers. */
async function say(account: number, group: number, who: number): Promise<void> {
  const id = jids[group] ?? '';
  const sender = { id: `${phones[who]?.slice(1)}@c.us`, name: `Person ${who}` };
  const message = { chatId: id, fromMe: false, timestamp: Date.now(), type: 'text', text: 'hello', sender };
  const body = {
    chats: [{ id, type: 'group', name: titles[group] }],
    messages: [{ ...message, id: `3EB0${account}${group}${who}` }],
  };
  const answer = await api.post('/api/v1/ingest/messages', body, { token: tokens[account] ?? '' });
  expect([answer.status, answer.body.rejected]).toEqual([200, []]);
}

beforeAll(async () => {
  for (const phone of ['+4930555551', '+4930555552']) {
    const { id, token } = await api.addAccount({ phone });
    accounts.push(id);
    tokens.push(token);
  }
  for (const who of [0, 1, 2]) await say(0, 0, who);
  await say(0, 1, 0);
  await say(1, 0, 1);
  await say(1, 2, 2);
  const { store, portalId } = api;
  await linkOne(store, portalId, await personWith(store, portalId, phones[0] ?? ''), 7);
});

interface Group {
  chatId: string;
  title: string;
  mode: string;
  isDefault: boolean;
  linkedMembers: number;
  knownMembers: number;
}

const list = async (query: string): Promise<Group[]> => (await api.get(`/api/v1/groups?${query}`)).body.items;
const titlesOf = (groups: readonly Group[]): string[] => groups.map(({ title }) => title).sort();

test('groups are listed with who of their members is linked, and with the policy that holds', async () => {
  const groups = await list('');
  expect(titlesOf(groups)).toEqual([...titles].sort());
  const counts = groups.map(({ title, linkedMembers, knownMembers }) => [title, linkedMembers, knownMembers]);
  expect(counts).toEqual(
    expect.arrayContaining([
      [titles[0], 1, 3],
      [titles[1], 1, 1],
      [titles[2], 0, 1],
    ]),
  );
  const [one] = groups;
  expect(one).toMatchObject({ mode: 'linked-members', isDefault: true });
  await api.send('PUT', `/api/v1/chats/${one?.chatId}/group-policy`, { body: { mode: 'off' } });
  expect((await list(''))[0]).toMatchObject({ mode: 'off', isDefault: false });
});

test('each of our numbers has its own groups, and both have one that both are in', async () => {
  expect(titlesOf(await list(`accountId=${accounts[0]}`))).toEqual([titles[0], titles[1]].sort());
  expect(titlesOf(await list(`accountId=${accounts[1]}`))).toEqual([titles[0], titles[2]].sort());
});

test('a group of before it was kept who sees it is in the list of every number until its next message', async () => {
  const { chats } = api.store;
  await chats.model.updateOne({ groupJid: jids[2] ?? '' }, { $unset: { seenBy: 1 } });
  expect(titlesOf(await list(`accountId=${accounts[0]}`))).toHaveLength(3);
  await say(1, 2, 0);
  expect(titlesOf(await list(`accountId=${accounts[0]}`))).toHaveLength(2);
});

test('groups are searched by a part of the title, and paged', async () => {
  expect(titlesOf(await list(`q=${encodeURIComponent('العائلة')}`))).toEqual([titles[1]]);
  expect(titlesOf(await list('q=PROJECT'))).toEqual([titles[0]]);
  expect(await list('q=.*')).toEqual([]);
  const first = (await api.get('/api/v1/groups?limit=2')).body;
  const second = (await api.get(`/api/v1/groups?limit=2&cursor=${first.nextCursor}`)).body;
  expect(titlesOf([...first.items, ...second.items])).toEqual([...titles].sort());
  expect((await api.get('/api/v1/groups?accountId=000000000000000000000000')).status).toBe(404);
});
