import { promisify } from 'node:util';
import { text } from 'node:stream/consumers';
import { fromBuffer, type Entry, type ZipFile } from 'yauzl';
import { adminToken, textMessage, useApi } from '../scenes/api';
import { linkOne } from '../scenes/link-one';
import { eventually } from '../scenes/product';

const api = useApi({ linkWaitMs: 50, queryWaitMs: 50 });

/** The parts of an archive by their names. */
async function unzip(bytes: Buffer): Promise<Record<string, string>> {
  const open = promisify(fromBuffer as (bytes: Buffer, options: object) => void) as unknown as (
    bytes: Buffer,
    options: object,
  ) => Promise<ZipFile>;
  const zip = await open(bytes, { lazyEntries: true });
  const parts: Record<string, string> = {};
  return new Promise((resolve, reject) => {
    zip.on('entry', (entry: Entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error) return reject(error);
        void text(stream).then((content) => {
          parts[entry.fileName] = content;
          zip.readEntry();
        }, reject);
      });
    });
    zip.on('end', () => resolve(parts));
    zip.on('error', reject);
    zip.readEntry();
  });
}

interface Arranged {
  personId: string;
  chatId: string;
  token: string;
  phone: string;
}

let people = 0;
async function arrange(words: string): Promise<Arranged> {
  people += 1;
  const { token } = await api.addAccount({ phone: `+49 30 77000${100 + people}` });
  const digits = `4917088${1_000 + people}`;
  const messages = [toMessage(digits, 'A', words)];
  expect((await api.post('/api/v1/ingest/messages', { messages }, { token })).body.accepted).toBe(1);
  const person = await api.store.people.findByAlias(api.portalId, `phone:+${digits}`);
  const [chat] = await api.store.chats.listDirect(api.portalId, person?._id ?? '');
  return { personId: person?._id ?? '', chatId: chat?._id ?? '', token, phone: digits };
}

const toMessage = (digits: string, id: string, words: string) =>
  textMessage(`${digits}${id}`, {
    chatId: `${digits}@c.us`,
    sender: { id: `${digits}@c.us`, name: 'Ana Souza' },
    text: words,
  });

test('an export holds all that is known of a person, for an hour, and nothing of anybody else', async () => {
  const { personId, chatId, phone } = await arrange('<b>words of Ana</b>');
  const other = await arrange('words of somebody else');
  const toLabels = (digits: string, label: string) => ({
    ...{ address: `${digits}@c.us`, keys: [`phone:+${digits}`], labels: [label] },
  });
  const said = [toLabels(phone, 'Private'), toLabels(other.phone, 'of somebody else')];
  await api.store.labelledChats.save({ _id: 'account', portalId: api.portalId }, said, new Date());
  await linkOne(api.store, api.portalId, personId, 7);
  const asked = await api.post(`/api/v1/people/${personId}/export`, {});
  expect(asked).toMatchObject({ status: 202, body: { kind: 'export', state: 'done' } });
  const path = `/api/v1/operations/${asked.body.id}/download`;
  const answer = await fetch(api.url + path, { headers: { authorization: `Bearer ${adminToken}` } });
  expect(answer.headers.get('content-type')).toBe('application/zip');
  const parts = await unzip(Buffer.from(await answer.arrayBuffer()));

  expect(Object.keys(parts).sort()).toEqual(
    [
      ...[
        'audit.json',
        'chats.json',
        'entries.json',
        'groups.json',
        'index.html',
        'labels.json',
        'links.json',
        'person.json',
      ],
      ...['reviews.json', `chats/${chatId}.html`, `chats/${chatId}.json`],
    ].sort(),
  );
  expect(JSON.parse(parts[`chats/${chatId}.json`] ?? '')[0].versions[0].text).toBe('<b>words of Ana</b>');
  expect(parts[`chats/${chatId}.html`]).toContain('&lt;b&gt;words of Ana&lt;/b&gt;');
  expect(JSON.parse(parts['links.json'] ?? '')[0].history.length).toBeGreaterThan(0);
  expect(JSON.parse(parts['audit.json'] ?? '')[0]).toMatchObject({ action: 'exportPerson' });
  expect(JSON.parse(parts['labels.json'] ?? '')).toMatchObject([{ labels: ['Private'] }]);
  expect(parts['index.html']).toContain(`chats/${chatId}.html`);
  expect(Object.values(parts).join('')).not.toContain('somebody else');

  const old = new Date(Date.now() - 3_700_000);
  await api.store.operations.model.updateOne({ _id: asked.body.id }, { $set: { createdAt: old } });
  expect((await api.get(path)).body.code).toBe('export_over');
});

test('an excluded person is not taken in, what waits is held, and both end when it is undone', async () => {
  const { personId, token, phone } = await arrange('first');
  const link = await linkOne(api.store, api.portalId, personId, 8);
  const send = async (id: string) =>
    (await api.post('/api/v1/ingest/messages', { messages: [toMessage(phone, id, id)] }, { token })).body;
  const waiting = () => api.store.outbox.model.countDocuments({ target: `link/${link._id}` });
  await send('waits');
  expect(await waiting()).toBe(1);
  const path = `/api/v1/people/${personId}/exclusion`;

  expect((await api.send('PUT', path)).body).toMatchObject({
    isExcluded: true,
    who: { kind: 'administrator' },
    meaning: expect.stringContaining('held'),
  });
  expect(await waiting()).toBe(0);
  expect(await send('lost')).toMatchObject({
    accepted: 0,
    excluded: 1,
    rejected: [{ code: 'excluded_person' }],
  });
  expect((await api.get(path)).body.isExcluded).toBe(true);

  expect((await api.send('DELETE', path)).body.isExcluded).toBe(false);
  expect(await waiting()).toBe(2);
  expect((await send('again')).accepted).toBe(1);
  expect(await waiting()).toBe(3);
});

test('an excluded chat is not taken in, while the person’s others are', async () => {
  const { chatId, token, phone } = await arrange('first');
  const other = await api.addAccount({ phone: '+49 30 7711111' });
  await api.send('PUT', `/api/v1/chats/${chatId}/exclusion`);
  const send = async (id: string, by: string) =>
    (await api.post('/api/v1/ingest/messages', { messages: [toMessage(phone, id, id)] }, { token: by })).body;
  expect(await send('here', token)).toMatchObject({ accepted: 0, excluded: 1 });
  expect((await send('there', other.token)).accepted).toBe(1);
});

test('the trail says who looked at whom, exported and forgot, once for a page that asks again', async () => {
  const { personId, chatId } = await arrange('seen');
  const viewer = (await api.post('/api/v1/tokens', { name: 'Vera', role: 'viewer' })).body;
  for (let asks = 0; asks < 3; asks += 1)
    await api.get(`/api/v1/chats/${chatId}/messages`, { token: viewer.token });
  await api.post(`/api/v1/people/${personId}/export`, {});
  await api.post(`/api/v1/people/${personId}/forget`, {});
  const rows = async (id: string) =>
    (await api.get(`/api/v1/audit?subjectId=${id}`)).body.items.map(
      ({ action, by }: { action: string; by: { name: string } }) => `${by.name} ${action}`,
    );
  await eventually('the look is noted', async () => (await rows(chatId)).length > 0);
  expect(await rows(chatId)).toEqual(['Vera openChat']);
  expect(await rows(personId)).toEqual(['Administrator forgetPerson', 'Administrator exportPerson']);
  for (const what of ['export', 'forget'])
    expect(
      (await api.send('POST', `/api/v1/people/${personId}/${what}`, { token: viewer.token })).status,
    ).toBe(403);
});

test('asked twice, a forgetting is one operation, whose proof says what and by whom, and nobody’s name', async () => {
  const { personId, phone } = await arrange('to be forgotten');
  const first = await api.post(`/api/v1/people/${personId}/forget`, {});
  expect(first).toMatchObject({ status: 202, body: { kind: 'forget', state: 'running' } });
  expect((await api.post(`/api/v1/people/${personId}/forget`, {})).body.id).toBe(first.body.id);
  const proof = (await api.get(`/api/v1/operations/${first.body.id}/proof`)).body;
  expect(proof).toMatchObject({ phase: 'away', finishedAt: null, who: { kind: 'administrator' } });
  expect(JSON.stringify(proof)).not.toContain(phone);
});

test('a link with somebody who was forgotten is refused, and stores nothing, until an administrator lets them in', async () => {
  const phone = '+491708899001';
  const key = `phone:${phone}`;
  await api.store.keptAway.add(api.portalId, [key], 'a'.repeat(24));
  const ask = () => api.post('/api/v1/links', { phone });
  const refused = await ask();
  expect(refused.body).toMatchObject({ status: 409, code: 'person_forgotten' });
  expect(refused.body.detail).toContain('POST /api/v1/people/let-in');
  expect(await api.store.people.findByAlias(api.portalId, key)).toBeNull();
  expect((await api.post('/api/v1/people/let-in', { phone })).status).toBe(204);
  expect((await ask()).body).toMatchObject({ outcome: 'pending' });
  const audit = (await api.get('/api/v1/audit?action=letPersonIn')).body.items;
  expect(audit).toMatchObject([{ outcome: 'done', by: { kind: 'administrator' } }]);
  expect(JSON.stringify(audit)).not.toContain(phone.slice(1));
});

test('retention is the installation’s unless the portal says something else', async () => {
  const path = `/api/v1/portals/${api.portalId}/retention`;
  expect((await api.get(path)).body).toMatchObject({ messages: null, files: 30, own: [] });
  const set = await api.send('PUT', path, { body: { messages: 90, held: null } });
  expect(set.body).toMatchObject({ messages: 90, held: null, own: ['messages', 'held'] });
  expect((await api.send('PUT', path, { body: { messages: 0 } })).status).toBe(422);
});
