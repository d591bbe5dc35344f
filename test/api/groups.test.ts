import { toPhoneAlias } from '../../domain/identity';
import { eventually, useProduct } from '../scenes/product';
import { useApiOf } from '../scenes/api';

const product = useProduct();
const api = useApiOf(product);
let token: string;

/** Five people: the first three have a contact and are linked, the others are guests. */
const phones = [1, 2, 3, 4, 5].map((index) => `+49170100000${index}`);
const names = ['Ana', 'Ben', 'Cem', 'Dan', 'Eva'];

interface Member {
  linkId: string;
  contactId: number;
}

const jidOf = (phone: string) => `${phone.slice(1)}@c.us`;

let groups = 0;
const newGroup = (): string => {
  groups += 1;
  return `12036300000000000${groups}@g.us`;
};

/** `who` counts from 0; null: we. */
const say = async (jid: string, ...said: [who: number | null, text: string][]) => {
  const sender = (who: number) => ({ id: jidOf(phones[who] ?? ''), name: names[who] });
  const messages = said.map(([who, text]) => ({
    ...{ id: `3EB0${text}`, chatId: jid, fromMe: who === null, timestamp: Date.now(), type: 'text', text },
    sender: who === null ? null : sender(who),
  }));
  const chats = [{ id: jid, type: 'group', name: 'Project X' }];
  const { status, body } = await api.post('/api/v1/ingest/messages', { chats, messages }, { token });
  expect([status, body.rejected]).toEqual([200, []]);
};

async function link(who: number): Promise<Member> {
  const phone = phones[who] ?? '';
  const contactId = product.portal.addContact({ name: names[who] ?? '', phones: [phone] });
  const made = await api.post('/api/v1/links', { phone, crmContactId: contactId });
  expect([made.status, made.body.outcome]).toEqual([201, 'linked']);
  return { linkId: made.body.link.id, contactId };
}

async function chatIdOf(jid: string): Promise<string> {
  return (await product.store.chats.findGroup(product.portalId, jid))?._id ?? '';
}

/** The texts on a contact's page that belong to a group, in the page's order. */
const textsOf = ({ contactId }: Member, prefix: string): string[] =>
  product.portal
    .comments(contactId)
    .flatMap(({ text }) => text.split('\n'))
    .flatMap((line) => /^[←→] \[[^\]]*\] [^:]*: (.*)$/.exec(line)?.[1] ?? [])
    .filter((text) => text.startsWith(prefix));

const policy = async (jid: string, path = '') =>
  (await api.get(`/api/v1/chats/${await chatIdOf(jid)}/group-policy${path}`)).body;

let members: [Member, Member, Member];

beforeAll(async () => {
  ({ token } = await api.addAccount({ phone: '+49 30 7654321' }));
  await product.startWorker();
  members = [await link(0), await link(1), await link(2)];
});

const until = (what: string, texts: () => string[][], wanted: string[][]) =>
  eventually(what, () => JSON.stringify(texts()) === JSON.stringify(wanted));

test('a group of five is on the pages of its three linked members, each line once, by one comment with three bindings', async () => {
  const jid = newGroup();
  const all = names.map((_, who): [number, string] => [who, `A${who}`]);
  await say(jid, ...all, [null, 'A5we']);
  const wanted = ['A0', 'A1', 'A2', 'A3', 'A4', 'A5we'];
  await until(
    'the group',
    () => members.map((one) => textsOf(one, 'A')),
    members.map(() => wanted),
  );
  const shown = await eventually('every page decided', async () => {
    const { body } = await api.get(`/api/v1/entries?chatId=${await chatIdOf(jid)}`);
    const states = body.items.flatMap(({ bindings }: { bindings: { state: string }[] }) => bindings);
    return states.every(({ state }: { state: string }) => state === 'bound') ? body.items : null;
  });
  const contactIds = members.map(({ contactId }) => contactId);
  for (const { bindings } of shown) {
    const pages = bindings.map(({ crmContactId }: { crmContactId: number }) => crmContactId);
    expect(pages.sort()).toEqual(contactIds);
  }
  for (const { linkId } of members) {
    const { body } = await api.get(`/api/v1/entries?linkId=${linkId}`);
    expect(body.items).toEqual(shown);
    await eventually('the counts', async () => {
      const { counts } = (await api.get(`/api/v1/links/${linkId}`)).body;
      return counts.pendingMessages === 0 && counts.messagesBackedUp === wanted.length;
    });
  }
  expect(
    await product.store.people.findByAlias(product.portalId, toPhoneAlias(phones[4] ?? '').key),
  ).toMatchObject({
    lookup: null,
  });
  const { pages, mode, isDefault } = await policy(jid);
  expect([mode, isDefault]).toEqual(['linked-members', true]);
  expect(pages.map(({ name, why }: { name: string; why: string }) => [name, why])).toEqual([
    ['Ana', 'member'],
    ['Ben', 'member'],
    ['Cem', 'member'],
  ]);
});

test('a preview says on whose pages a group would be, and changes nothing; the policy holds for what comes later', async () => {
  const jid = newGroup();
  const [ana, ben, cem] = members;
  await say(jid, [0, 'B0'], [1, 'B1']);
  await until('the group', () => members.map((one) => textsOf(one, 'B')), [['B0', 'B1'], ['B0', 'B1'], []]);
  const chatId = await chatIdOf(jid);
  const contactsOf = (body: { pages: { crmContactId: number; why: string }[] }) =>
    body.pages.map(({ crmContactId, why }) => [crmContactId, why]);
  expect(contactsOf(await policy(jid, '/preview?mode=speakers'))).toEqual([
    [ana.contactId, 'speaker'],
    [ben.contactId, 'speaker'],
  ]);
  expect(contactsOf(await policy(jid, `/preview?mode=one&crmContactId=${cem.contactId}`))).toEqual([
    [cem.contactId, 'named'],
  ]);
  expect(contactsOf(await policy(jid, '/preview?mode=off'))).toEqual([]);
  expect(await policy(jid)).toMatchObject({ mode: 'linked-members', isDefault: true });
  const put = (body: unknown) => api.send('PUT', `/api/v1/chats/${chatId}/group-policy`, { body });
  expect(await put({ mode: 'one' })).toMatchObject({ status: 422, body: { code: 'invalid_request' } });
  expect(await put({ mode: 'one', crmContactId: 999_999 })).toMatchObject({
    status: 409,
    body: { code: 'contact_not_linked' },
  });
  expect(await put({ mode: 'one', crmContactId: cem.contactId })).toMatchObject({ status: 200 });
  await say(jid, [0, 'B2']);
  await until('the named page', () => members.map((one) => textsOf(one, 'B')), [
    ['B0', 'B1'],
    ['B0', 'B1'],
    ['B2'],
  ]);
  expect((await put({ mode: 'off' })).body).toMatchObject({ mode: 'off', pages: [] });
  await say(jid, [0, 'B3']);
  expect((await put({ mode: 'default' })).body).toMatchObject({ mode: 'linked-members', isDefault: true });
  await say(jid, [0, 'B4']);
  const wanted = ['B0', 'B1', 'B4'];
  await until('the default', () => members.map((one) => textsOf(one, 'B')), [wanted, wanted, ['B2']]);
});

test('the portal says what groups do that have no policy of their own', async () => {
  const jid = newGroup();
  const path = `/api/v1/portals/${product.portalId}`;
  const off = await api.send('PATCH', path, { body: { groupMode: 'off' } });
  expect(off).toMatchObject({ status: 200, body: { groupMode: 'off' } });
  await say(jid, [0, 'C0']);
  expect(await policy(jid)).toMatchObject({ mode: 'off', isDefault: true, pages: [] });
  await api.send('PATCH', path, { body: { groupMode: 'linked-members' } });
  await say(jid, [0, 'C1']);
  await until('what comes later', () => [textsOf(members[0], 'C')], [['C1']]);
});

test('a member linked later gets the group from then on, and what it said before when somebody asks', async () => {
  const jid = newGroup();
  await say(jid, [0, 'D0'], [3, 'D1']);
  await until('the group', () => [textsOf(members[0], 'D')], [['D0', 'D1']]);
  const chatId = await chatIdOf(jid);
  const dan = await link(3);
  await say(jid, [4, 'D2']);
  await until('what comes later', () => [textsOf(dan, 'D')], [['D2']]);
  const ask = (linkId: string) => api.post(`/api/v1/chats/${chatId}/bind-earlier`, { linkId });
  expect(await ask(members[1].linkId)).toMatchObject({ status: 409, body: { code: 'not_on_page' } });
  const asked = await ask(dan.linkId);
  expect(asked).toMatchObject({ status: 202, body: { kind: 'bindEarlier', total: 1 } });
  await until('what was said before', () => [textsOf(dan, 'D')], [['D0', 'D1', 'D2']]);
  await eventually('the operation', async () => {
    const { body } = await api.get(`/api/v1/operations/${asked.body.id}`);
    return body.state === 'done' && body.done === body.total;
  });
  expect(textsOf(members[0], 'D')).toEqual(['D0', 'D1', 'D2']);
});

test('a chat of two is no group', async () => {
  await api.post(
    '/api/v1/ingest/messages',
    {
      messages: [
        {
          id: '3EB0X',
          chatId: jidOf(phones[0] ?? ''),
          fromMe: false,
          timestamp: Date.now(),
          type: 'text',
          text: 'X',
        },
      ],
    },
    { token },
  );
  const [chat] = (await api.get('/api/v1/chats')).body.items;
  expect(await api.get(`/api/v1/chats/${chat.id}/group-policy`)).toMatchObject({
    status: 409,
    body: { code: 'not_a_group' },
  });
});
