import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { createActivities, type Activities, type ActivityDeps } from '../../../activities';
import { ingestMessages } from '../../../intake/ingest-message';
import { toIncoming } from '../../helpers/incoming';
import { useApi, type Reply } from '../../scenes/api';
import { settings } from '../../scenes/delivery';
import { addTalk, createMemorySource } from '../../scenes/history-source';
import { groupChat, sayInGroup } from '../../scenes/group';
import { runActivity } from '../../scenes/run-activity';

const api = useApi({ queryWaitMs: 50 });
const picture = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(2_000, 7)]);

let numbers = 0;
const newPhone = (): string => `+4917055${String((numbers += 1) + 10_000)}`;

/** A number as phones write it. */
const toWritten = (e164: string): string =>
  e164.replace(/^(\+\d\d)(\d{3})/, '\u202a$1\u00a0$2\u00a0') + '\u202c';

async function zipOf(chat: string, files: Record<string, Buffer> = {}): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(bytes, name);
  zip.addBuffer(Buffer.from(chat), 'WhatsApp Chat with Jane.txt');
  zip.end();
  return buffer(zip.outputStream);
}

/** An account of its own, its activities, and a way to bring files to it. */
async function open(kind: 'export' | 'ingest' = 'export', rig = (deps: ActivityDeps): ActivityDeps => deps) {
  const { store } = api;
  const { id: accountId } = await api.addAccount({ kind, phone: newPhone() });
  const portalOf = () => Promise.reject(new Error('no portal in this test'));
  const activities: Activities = createActivities(rig({ store, portalOf, settings }));
  const phone = newPhone();
  const chatOf = async () => {
    const person = await store.people.findByAlias(api.portalId, `phone:${phone}`);
    const chat = person && (await store.chats.findDirect(accountId, person._id));
    return chat ? store.messages.listOfChat(chat._id, null, 1_000) : [];
  };
  return {
    accountId,
    phone,
    activities,
    upload: (raw: Buffer, query = ''): Promise<Reply> =>
      api.send('POST', `/api/v1/accounts/${accountId}/imports${query}`, {
        raw,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    /** Says who is who, and runs the import to its end. */
    async take(raw: Buffer, zone = 'Europe%2FBerlin') {
      const query = `?me=Sales&phone=${encodeURIComponent(phone)}&timeZone=${zone}`;
      const { body } = await this.upload(raw, query);
      for (;;) {
        const progress = await runActivity(activities.importHistory, { importId: body.id });
        if (progress?.next === 'ended') return api.get(`/api/v1/imports/${body.id}`).then((one) => one.body);
      }
    },
    messages: chatOf,
    told: async () =>
      (await chatOf()).map(({ versions: [first] }) => first?.text ?? first?.fileName ?? first?.kind),
  };
}

const chat = [
  '31.12.24, 14:03 - Messages are end-to-end encrypted.',
  '31.12.24, 14:03 - Jane: Hello',
  '31.12.24, 14:03 - Sales: Good day',
  'on two lines',
  '31.12.24, 14:04 - Jane: Hello',
  '31.12.24, 14:05 - Jane: a b Счет (1).png (file attached)',
  '31.12.24, 14:06 - Jane: <Media omitted>',
  '',
].join('\n');

test('a chat is taken in once who is who is said, with its files, and is let go of', async () => {
  const { store } = api;
  const at = await open();
  const zip = await zipOf(chat, { 'a b Счет (1).png': picture });
  const asked = await at.upload(zip);
  expect(asked.status).toBe(202);
  expect(asked.body).toMatchObject({
    ...{ kind: 'file', state: 'question', done: 0, total: 6 },
    question: {
      ...{ asks: ['me', 'phone'], dayOrders: ['dmy'], timeZone: 'Europe/Berlin', example: '31.12.24' },
      suggested: { me: 'Sales', phone: null },
      authors: [
        { name: 'Jane', messages: 4 },
        { name: 'Sales', messages: 1 },
      ],
    },
  });
  const { id } = asked.body;
  expect((await at.upload(zip)).body.id).toBe(id);
  const answered = await api.post(`/api/v1/imports/${id}/answer`, { contact: 'Jane', phone: at.phone });
  expect([answered.status, answered.body.state, answered.body.question]).toEqual([202, 'running', null]);
  expect((await api.post(`/api/v1/imports/${id}/answer`, {})).body.code).toBe('import_asks_nothing');
  expect(await runActivity(at.activities.importHistory, { importId: id })).toMatchObject({
    ...{ state: 'done', next: 'ended', done: 6, total: 6, messagesRead: 5, messagesFound: 5 },
  });
  const stored = await at.messages();
  expect(
    stored.map(({ fromMe, versions: [one] }) => [fromMe, one?.text, one?.kind, one?.sentAt.toISOString()]),
  ).toEqual([
    [false, 'Hello', 'text', '2024-12-31T13:03:00.000Z'],
    [true, 'Good day\non two lines', 'text', '2024-12-31T13:03:00.000Z'],
    [false, 'Hello', 'text', '2024-12-31T13:04:00.000Z'],
    [false, null, 'image', '2024-12-31T13:05:00.000Z'],
    [false, null, 'document', '2024-12-31T13:06:00.000Z'],
  ]);
  const media = await store.media.listOfMessages(stored.map(({ _id }) => _id));
  expect(media.map(({ state, sizeBytes }) => [state, sizeBytes]).sort()).toEqual([
    ['lost', null],
    ['stored', picture.length],
  ]);
  expect(await store.imports.load(id)).toMatchObject({ file: null, fileHash: null });
});

test('the same again, in another language and without files, adds nothing; a longer one what is new', async () => {
  const at = await open();
  await at.take(await zipOf(chat));
  const before = await at.told();
  const american = chat.replaceAll('31.12.24, 14:', '[12/31/24, 2:').replace(/(:0\d) - /g, '$1:09\u202fPM] ');
  expect(await at.take(Buffer.from(american))).toMatchObject({ messagesRead: 5, messagesFound: 0 });
  const longer = chat.replace('14:03 - Jane: Hello', '14:01 - Jane: Before\n31.12.24, 14:03 - Jane: Hello');
  expect(await at.take(await zipOf(`${longer}31.12.24, 14:09 - Jane: Hello\n`))).toMatchObject({
    messagesFound: 2,
  });
  expect((await at.told()).sort()).toEqual([...before, 'Before', 'Hello'].sort());
  // The files that the first one left out come with another one.
  await at.take(await zipOf(chat, { 'a b Счет (1).png': picture }));
  const media = await api.store.media.listOfMessages((await at.messages()).map(({ _id }) => _id));
  expect(media.map(({ state }) => state).sort()).toEqual(['lost', 'stored']);
});

test('what another source has brought is not taken in again', async () => {
  const { store } = api;
  const at = await open('ingest');
  const account = await store.accounts.load(at.accountId);
  const live = [
    { id: 'A', text: 'Hello', at: new Date('2024-12-31T13:03:17Z'), peer: at.phone },
    {
      id: 'B',
      text: 'Good day\non two lines',
      fromMe: true,
      at: new Date('2024-12-31T13:02:59Z'),
      peer: at.phone,
    },
    { id: 'C', text: 'Hello', at: new Date('2024-12-31T13:04:59Z'), peer: at.phone },
  ];
  if (account) await ingestMessages(store, account, live.map(toIncoming), 'test');
  const more = chat.replace('14:03 - Messages', '14:00 - Sales: First\n31.12.24, 14:03 - Messages');
  expect(await at.take(Buffer.from(more))).toMatchObject({ messagesRead: 6, messagesFound: 3 });
  expect((await at.told()).sort()).toEqual(
    [...live.map(({ text }) => text), 'First', 'a b Счет (1).png', 'document'].sort(),
  );
});

test('what a file has brought is not taken in again from a source’s past, whichever account it is of', async () => {
  const { store, portalId } = api;
  const at = await open();
  await at.take(Buffer.from(chat));
  const account = await store.accounts.load(at.accountId);
  const { id: accountId } = await api.addAccount({ kind: 'ingest', phone: account?.e164 });
  const source = createMemorySource();
  addTalk(source, [
    { id: 'A', text: 'Hello', at: new Date('2024-12-31T13:03:17Z'), peer: at.phone },
    { id: 'B', text: 'Hello', at: new Date('2024-12-31T13:04:17Z'), peer: at.phone },
    { id: 'C', text: 'Later', at: new Date('2024-12-31T13:05:17Z'), peer: at.phone },
  ]);
  const portalOf = () => Promise.reject(new Error('no portal in this test'));
  const activities = createActivities({ store, portalOf, settings, historyOf: () => source });
  const asked = { portalId, accountId, kind: 'history', from: null, to: new Date() } as const;
  const { _id: importId } = await store.imports.begin(asked);
  expect(await runActivity(activities.importHistory, { importId })).toMatchObject({
    ...{ next: 'ended', messagesRead: 3, messagesFound: 1 },
  });
});

test('one that dies in between goes on where it was, and one that is stopped goes on when it is told to', async () => {
  const lines = Array.from(
    { length: 350 },
    (_, index) => `31.12.24, 14:${index % 7 === 0 ? '01' : '02'} - Jane: ok ${index % 5}\n`,
  );
  let deaths = 2;
  const at = await open('export', (deps) => ({
    ...deps,
    store: {
      ...deps.store,
      imports: {
        ...deps.store.imports,
        advanceFile: (...given) => {
          deaths -= 1;
          if (deaths >= 0) throw new Error('died');
          return deps.store.imports.advanceFile(...given);
        },
      },
    },
  }));
  const { body } = await at.upload(Buffer.from(lines.join('')), `?me=&phone=${encodeURIComponent(at.phone)}`);
  expect(body.state).toBe('running');
  const step = () => runActivity(at.activities.importHistory, { importId: body.id });
  await expect(step()).rejects.toThrow('it is tried again');
  await api.post(`/api/v1/imports/${body.id}/cancel`, {});
  expect(await step()).toMatchObject({ next: 'ended', state: 'cancelled', done: 0 });
  expect((await api.post(`/api/v1/imports/${body.id}/resume`, {})).body.state).toBe('running');
  await expect(step()).rejects.toThrow('it is tried again');
  expect(await step()).toMatchObject({ next: 'ended', state: 'done', done: 350, messagesRead: 350 });
  expect(await at.messages()).toHaveLength(350);
});

test.each([
  ['an empty file', Buffer.alloc(0), 422, 'invalid_request'],
  ['a picture', picture, 422, 'export_no_chat'],
  ['a cut archive', Buffer.from('PK\u0003\u0004 and no more'), 422, 'export_broken'],
  [
    'a chat of nobody',
    Buffer.from('31.12.24, 14:03 - Messages are end-to-end encrypted.'),
    422,
    'export_no_chat',
  ],
  ['a chat in no form', Buffer.from('99.99.24, 14:03 - A: x\n'), 422, 'export_form_unknown'],
])('%s is refused with a code, and nothing is kept', async (_what, bytes, status, code) => {
  const at = await open();
  const { status: got, body } = await at.upload(bytes);
  expect([got, body.code]).toEqual([status, code]);
  expect((await api.get(`/api/v1/imports?accountId=${at.accountId}`)).body.items).toEqual([]);
});

test('a file of 2 GB is refused before it is read', async () => {
  const at = await open();
  const { hostname, port } = new URL(api.url);
  const { request } = await import('node:http');
  const answer = await new Promise<number>((resolve, reject) => {
    const call = request({
      ...{ hostname, port, method: 'POST', path: `/api/v1/accounts/${at.accountId}/imports` },
      headers: { authorization: 'Bearer the-administrators-token-1', 'content-length': 2_000_000_000 },
    });
    call.on('response', ({ statusCode = 0 }) => resolve(statusCode)).on('error', reject);
    call.flushHeaders();
  });
  expect(answer).toBe(413);
});

test('a file whose days nobody can tell from its months asks; groups ask which one they are', async () => {
  const at = await open();
  const three = '10/12/24, 14:03 - A: x\n11/12/24, 14:03 - B: y\n11/12/24, 14:04 - +49 170 1234567: z\n';
  const { body } = await at.upload(Buffer.from(three));
  expect(body.question).toMatchObject({ asks: ['dayOrder', 'me', 'group'], dayOrders: ['dmy', 'mdy'] });
  const wrong = await api.post(`/api/v1/imports/${body.id}/answer`, { me: 'Nobody' });
  expect([wrong.status, wrong.body.errors]).toMatchObject([422, [{ field: 'me' }]]);
  const some = await api.post(`/api/v1/imports/${body.id}/answer`, { dayOrder: 'dmy', me: 'A' });
  expect(some.body.question.asks).toEqual(['group']);
  const participants = [{ name: 'B', phone: at.phone }];
  await api.post(`/api/v1/imports/${body.id}/answer`, { groupTitle: 'Project X', participants });
  await runActivity(at.activities.importHistory, { importId: body.id });
  const [group] = (await api.get('/api/v1/groups?q=Project')).body.items;
  const messages = await api.store.messages.listOfChat(group.chatId, null, 10);
  const speaker = await api.store.people.findByAlias(api.portalId, `phone:${at.phone}`);
  expect(messages.map(({ senderPersonId, fromMe }) => [senderPersonId, fromMe])).toEqual([
    [null, true],
    [speaker?._id, false],
    [expect.stringMatching(/^[0-9a-f]{24}$/), false],
  ]);
});

test('a group that was taken in live is suggested by its people though it was renamed, and its file adds nothing', async () => {
  const { store, portalId } = api;
  const at = await open('ingest');
  const account = await store.accounts.load(at.accountId);
  if (!account) throw new Error('no account');
  const [jid, namesake] = ['120363000000000071@g.us', '120363000000000072@g.us'];
  const [jane, tom, ann] = [newPhone(), newPhone(), newPhone()];
  const sent = (time: string) => new Date(`2024-12-31T13:${time}Z`);
  await sayInGroup(
    store,
    account,
    { jid, text: 'Hello', by: jane, name: 'Jane', at: sent('03:17') },
    { jid, text: 'Good day', by: null, at: sent('03:40') },
    { jid, text: 'Hi all', by: tom, name: 'Tom', at: sent('04:59') },
    { jid: namesake, text: 'Elsewhere', by: ann, name: 'Ann', at: sent('05:01') },
  );
  const { _id: chatId } = await groupChat(store, portalId, jid);
  const file = [
    `31.12.24, 14:00 - ${toWritten(jane)} added you and Tom`,
    `31.12.24, 14:03 - ${toWritten(jane)}: Hello`,
    '31.12.24, 14:03 - Sales: Good day',
    '31.12.24, 14:04 - Tom: Hi all',
  ].join('\n');
  const { body } = await at.upload(Buffer.from(file), '?me=Sales');
  expect(body.question).toMatchObject({
    ...{ asks: ['group'], participants: 2, suggested: { groupChatId: chatId } },
  });
  expect(body.question.groups[0]).toEqual({ chatId, title: 'Project X', agreeing: 2 });
  await api.post(`/api/v1/imports/${body.id}/answer`, { groupChatId: chatId });
  expect(await runActivity(at.activities.importHistory, { importId: body.id })).toMatchObject({
    ...{ next: 'ended', messagesRead: 3, messagesFound: 0 },
  });
  expect(await store.messages.listOfChat(chatId, null, 10)).toHaveLength(3);
});

test('who may not answer a question sees no names in it', async () => {
  const at = await open();
  const { body } = await at.upload(
    Buffer.from('10/12/24, 14:03 - Jane Doe: x\n11/12/24, 14:03 - Tom Roe: y\n'),
  );
  for (const role of ['viewer', 'agent']) {
    const { token } = (await api.post('/api/v1/tokens', { name: role, role })).body;
    const shown = [
      await api.get(`/api/v1/imports/${body.id}`, { token }),
      await api.get(`/api/v1/imports?accountId=${at.accountId}`, { token }),
    ].map((reply) => JSON.stringify(reply.body));
    for (const text of shown) {
      expect(text).toContain('"asks":["dayOrder","me","phone"]');
      expect(/Jane|Tom/.test(text)).toBe(role === 'agent');
    }
  }
});
