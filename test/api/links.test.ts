import { countAll, useApi } from '../scenes/api';
import { linkOne, personWith } from '../scenes/link-one';

const api = useApi();

const noId = '0123456789abcdef01234567';
let next = 0;
const newPhone = () => `0049 170 ${String(1_000_000 + (next += 1))}`;

async function addLinked(crmContactId: number): Promise<{ linkId: string; personId: string }> {
  const e164 = `+49170${String(2_000_000 + (next += 1))}`;
  const { store, portalId } = api;
  const personId = await personWith(store, portalId, e164, `Person ${crmContactId}`);
  return { linkId: (await linkOne(store, portalId, personId, crmContactId))._id, personId };
}

test('without a worker a link is saved and answered with 202', async () => {
  const made = await api.post('/api/v1/links', { phone: '0049 170 7654321', name: 'Ana' });
  expect(made.status).toBe(202);
  expect(made.body).toMatchObject({
    outcome: 'pending',
    link: { name: 'Ana', numbers: ['+491707654321'], state: 'pending', crmContactId: null },
  });
  const again = await api.post('/api/v1/links', { phone: '+49 (0)170 7654321' });
  expect(again.status).toBe(202);
  expect(again.body.link.id).toBe(made.body.link.id);
});

test('a pending link refuses another wish with 409', async () => {
  const phone = newPhone();
  await api.post('/api/v1/links', { phone });
  const other = await api.post('/api/v1/links', { phone, crmContactId: 7 });
  expect([other.status, other.body.code]).toEqual([409, 'link_pending']);
});

test('ten simultaneous requests make one link', async () => {
  const phone = newPhone();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.post('/api/v1/links', { phone, createIfMissing: true })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  expect(new Set(answers.map(({ body }) => body.link.id)).size).toBe(1);
});

test('a linked person is answered with 200, or 409 for another contact', async () => {
  const { personId, linkId } = await addLinked(41);
  const same = await api.post('/api/v1/links', { personId });
  expect(same.status).toBe(200);
  expect(same.body).toMatchObject({ outcome: 'linked', link: { id: linkId, crmContactId: 41 } });
  expect((await api.post('/api/v1/links', { personId, crmContactId: 41 })).status).toBe(200);
  const other = await api.post('/api/v1/links', { personId, crmContactId: 42 });
  expect([other.status, other.body.code]).toEqual([409, 'link_exists']);
});

test.each([
  [{ phone: '12' }, 'bad_phone', 'phone'],
  [{ phone: 'not a phone' }, 'bad_phone', 'phone'],
  [{}, 'invalid_request', 'phone'],
  [{ phone: '+491701234567', personId: noId }, 'invalid_request', 'personId'],
  [{ phone: '+491701234567', crmContactId: 0 }, 'invalid_request', 'crmContactId'],
  [{ phone: '+491701234567', crmContactId: '7' }, 'invalid_request', 'crmContactId'],
  [{ phone: '+491701234567', colour: 'red' }, 'invalid_request', 'colour'],
  [{ phone: 491701234567 }, 'invalid_request', 'phone'],
  [[], 'invalid_request', ''],
])('the bad request %j names its field and changes nothing', async (body, code, field) => {
  const before = await countAll(api);
  const answer = await api.post('/api/v1/links', body);
  expect(answer.status).toBe(422);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({ code, status: 422, errors: [{ field }] });
  expect(await countAll(api)).toEqual(before);
});

test('a national number is read with the country of the portal', async () => {
  const made = await api.post('/api/v1/links', { phone: '0171 555 66 77' });
  expect(made.body.link.numbers).toEqual(['+491715556677']);
});

test.each([
  ['GET', `/api/v1/links/${noId}`],
  ['GET', '/api/v1/links/no-id'],
  ['GET', `/api/v1/links/${noId}/status`],
  ['POST', `/api/v1/links/${noId}/back-up-now`],
  ['POST', `/api/v1/links/${noId}/pause`],
  ['DELETE', `/api/v1/links/${noId}`],
  ['GET', `/api/v1/operations/${noId}`],
  ['GET', `/api/v1/accounts/${noId}`],
  ['GET', `/api/v1/chats/${noId}/messages`],
  ['GET', '/api/v1/no-such-thing'],
  ['GET', '/no-such-thing'],
])('%s %s is a 404 problem', async (method, path) => {
  const answer = await api.send(method, path);
  expect(answer.status).toBe(404);
  expect(answer.body).toMatchObject({ status: 404, code: 'not_found' });
});

test('an unknown person or portal is a 404', async () => {
  const person = await api.post('/api/v1/links', { personId: noId });
  expect([person.status, person.body.code]).toEqual([404, 'not_found']);
  const portal = await api.post('/api/v1/links', { phone: '+491701234567', portalId: noId });
  expect([portal.status, portal.body.code]).toEqual([404, 'not_found']);
});

test('links are listed in pages, newest first, and found by state, name, number and contact', async () => {
  const { linkId } = await addLinked(77_001);
  await addLinked(77_002);
  const first = await api.get('/api/v1/links?state=linked&limit=1');
  expect(first.body.items).toHaveLength(1);
  expect(first.body.items[0].crmContactId).toBe(77_002);
  const second = await api.get(`/api/v1/links?state=linked&limit=1&cursor=${first.body.nextCursor}`);
  expect(second.body.items[0].id).toBe(linkId);
  const found = async (query: string) =>
    (await api.get(`/api/v1/links?${query}`)).body.items.map((link: { id: string }) => link.id);
  expect(await found('q=person%2077001')).toEqual([linkId]);
  expect(await found('q=77001')).toEqual([linkId]);
  const [card] = (await api.get('/api/v1/links?q=person%2077001')).body.items;
  expect(await found(`q=${encodeURIComponent(card.numbers[0])}`)).toEqual([linkId]);
  expect(await found('q=.*&state=linked')).toEqual([]);
  expect(await found('attention=any')).toEqual([]);
});

test('a forged, garbled or foreign cursor is refused with 400', async () => {
  await addLinked(78_001);
  await addLinked(78_002);
  const { nextCursor } = (await api.get('/api/v1/links?limit=1')).body;
  const [payload] = nextCursor.split('.');
  const forged = Buffer.from(`links/${noId}`).toString('base64url');
  const signature = nextCursor.split('.')[1];
  for (const cursor of ['garbled', `${forged}.${signature}`, `${payload}.AAAA`, `${payload}.`, '.', '%00']) {
    const answer = await api.get(`/api/v1/links?cursor=${cursor}`);
    expect([answer.status, answer.body.code]).toEqual([400, 'bad_cursor']);
  }
  const foreign = await api.get(`/api/v1/people?cursor=${nextCursor}`);
  expect([foreign.status, foreign.body.code]).toEqual([400, 'bad_cursor']);
});

test.each(['limit=0', 'limit=201', 'limit=x', 'state=odd', 'colour=red', 'limit=1&limit=2'])(
  'the query %s is refused',
  async (query) => {
    const answer = await api.get(`/api/v1/links?${query}`);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
  },
);

test('without a worker the status comes from the store and says why', async () => {
  const { linkId } = await addLinked(79);
  const at = new Date('2026-01-02T03:04:05.000Z');
  await api.store.links.moveClocks(linkId, { checkedAt: at, syncedAt: at, triedAt: at });
  const status = await api.get(`/api/v1/links/${linkId}/status`);
  expect(status.status).toBe(200);
  expect(status.body).toMatchObject({
    linkId,
    state: 'linked',
    rhythm: 'rounds',
    lastSyncAt: at.toISOString(),
    lastCheckedAt: at.toISOString(),
    lastBackedUpAt: null,
    pendingMessages: 0,
    messagesBackedUp: 0,
    answeredBy: 'store',
  });
  expect(status.body.note).toMatch(/this is what was stored last/);
});

test('a link is paused and resumed on the link itself, also without a worker', async () => {
  const { linkId } = await addLinked(80);
  const paused = await api.post(`/api/v1/links/${linkId}/pause`, {});
  expect([paused.status, paused.body.rhythm]).toEqual([202, 'paused']);
  expect((await api.store.links.load(linkId))?.rhythm).toBe('paused');
  const resumed = await api.send('POST', `/api/v1/links/${linkId}/resume`);
  expect([resumed.status, resumed.body.rhythm]).toEqual([202, 'rounds']);
  const now = await api.post(`/api/v1/links/${linkId}/back-up-now`, {});
  expect(now.status).toBe(202);
});

test('a link that is not linked is not backed up', async () => {
  const { body } = await api.post('/api/v1/links', { phone: newPhone() });
  const answer = await api.post(`/api/v1/links/${body.link.id}/back-up-now`, {});
  expect([answer.status, answer.body.code]).toEqual([409, 'link_not_linked']);
});

test('a change of contact becomes an operation, and another change is refused meanwhile', async () => {
  const { linkId } = await addLinked(81);
  const begun = await api.send('PUT', `/api/v1/links/${linkId}/contact`, {
    body: { crmContactId: 82, entries: 'move' },
  });
  expect(begun.status).toBe(202);
  expect(begun.body).toMatchObject({ kind: 'changeContact', done: 0, state: 'running', linkId });
  const shown = await api.get(`/api/v1/operations/${begun.body.id}`);
  expect(shown.body).toEqual(begun.body);
  const link = await api.store.links.load(linkId);
  expect(link?.change).toMatchObject({ kind: 'changeContact', crmContactId: 82, entries: 'move' });
  expect(link?.epoch).toBe(2);
  const again = await api.send('DELETE', `/api/v1/links/${linkId}`);
  expect([again.status, again.body.code]).toEqual([409, 'change_under_way']);
});

test('unlinking becomes an operation; meanwhile the person is not linked anew', async () => {
  const { linkId, personId } = await addLinked(83);
  const begun = await api.send('DELETE', `/api/v1/links/${linkId}?entries=remove&remember=true`);
  expect(begun.status).toBe(202);
  expect(begun.body).toMatchObject({ kind: 'unlink', state: 'running' });
  const link = await api.store.links.load(linkId);
  expect(link).toMatchObject({ state: 'unlinking', change: { entries: 'remove', remember: true } });
  const again = await api.post('/api/v1/links', { personId });
  expect([again.status, again.body.code]).toEqual([409, 'link_unlinking']);
  const bad = await api.send('DELETE', `/api/v1/links/${linkId}?entries=burn`);
  expect(bad.status).toBe(422);
});

async function addReview(): Promise<{ linkId: string; reviewId: string }> {
  const { body } = await api.post('/api/v1/links', { phone: newPhone() });
  const linkId: string = body.link.id;
  const review = await api.store.reviews.open({
    portalId: api.portalId,
    personId: body.link.personId,
    linkId,
    kind: 'ambiguous',
    reason: 'Two contacts have this number.',
    candidates: [
      { crmContactId: 1, name: 'A', phones: ['1'], rule: 'exact', matchedValue: '1', confidence: 1 },
      { crmContactId: 2, name: 'B', phones: ['1'], rule: 'exact', matchedValue: '1', confidence: 1 },
    ],
  });
  await api.store.links.restOnReview(linkId, review._id, 'ambiguous');
  return { linkId, reviewId: review._id };
}

test('a review is listed, and its answer makes the link pending again with that contact', async () => {
  const { linkId, reviewId } = await addReview();
  const listed = await api.get('/api/v1/reviews?state=open&limit=1');
  expect(listed.body.items[0]).toMatchObject({ id: reviewId, linkId, kind: 'ambiguous', state: 'open' });
  const answer = await api.post(`/api/v1/reviews/${reviewId}`, { crmContactId: 2 });
  expect(answer.status).toBe(202);
  expect((await api.store.links.load(linkId))?.request).toMatchObject({
    crmContactId: 2,
    createIfMissing: false,
  });
});

test('a review can be ignored, and answered with a new contact later', async () => {
  const { linkId, reviewId } = await addReview();
  const ignored = await api.post(`/api/v1/reviews/${reviewId}`, { ignore: true });
  expect(ignored.body).toMatchObject({ outcome: 'ignored', review: { state: 'ignored' } });
  const created = await api.post(`/api/v1/reviews/${reviewId}`, { create: true });
  expect(created.status).toBe(202);
  expect((await api.store.links.load(linkId))?.request.createIfMissing).toBe(true);
});

test.each([{}, { crmContactId: 1, create: true }, { create: false }, { crmContactId: -1 }, { other: 1 }])(
  'the answer %j to a review is refused',
  async (body) => {
    const { reviewId } = await addReview();
    const answer = await api.post(`/api/v1/reviews/${reviewId}`, body);
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid_request']);
  },
);

const openConflict = (personId: string, otherPersonId: string) =>
  api.store.reviews.open({
    ...{ portalId: api.portalId, personId, otherPersonId, linkId: null },
    ...{ kind: 'conflict', reason: 'Two people may be one.', candidates: [] },
  });

test('a conflict of two linked people is answered with a contact: the other link gets it', async () => {
  const { personId } = await addLinked(90);
  const other = await addLinked(91);
  const { _id } = await openConflict(personId, other.personId);
  const created = await api.post(`/api/v1/reviews/${_id}`, { create: true });
  expect([created.status, created.body.code]).toEqual([409, 'review_of_people']);
  const answer = await api.post(`/api/v1/reviews/${_id}`, { crmContactId: 90 });
  expect(answer.status).toBe(202);
  expect(answer.body).toMatchObject({
    outcome: 'changed',
    operations: [{ linkId: other.linkId, kind: 'changeContact', state: 'running' }],
  });
  expect((await api.store.links.load(other.linkId))?.change).toMatchObject({
    crmContactId: 90,
    entries: 'keep',
  });
  const again = await api.post(`/api/v1/reviews/${_id}`, { crmContactId: 90 });
  expect([again.status, again.body]).toEqual([202, answer.body]);
});

test('a conflict of people who are not both linked can only be ignored, and says so', async () => {
  const { personId } = await addLinked(92);
  const waiting = await api.post('/api/v1/links', { phone: newPhone() });
  const { _id } = await openConflict(personId, waiting.body.link.personId);
  const answer = await api.post(`/api/v1/reviews/${_id}`, { crmContactId: 92 });
  expect([answer.status, answer.body.code]).toEqual([409, 'review_of_people']);
  expect(answer.body.detail).toContain('Ignore it');
  expect((await api.post(`/api/v1/reviews/${_id}`, { ignore: true })).status).toBe(200);
});

test('a review shows its people with their names, aliases and links, and what produced each candidate', async () => {
  const { personId, linkId } = await addLinked(93);
  const other = await addLinked(94);
  const at = new Date('2026-03-04T05:06:07.000Z');
  await api.store.people.noteUntaken(new Map([[personId, at]]), []);
  await openConflict(personId, other.personId);
  const [conflict] = (await api.get('/api/v1/reviews?kind=conflict&state=open&limit=1')).body.items;
  expect(conflict).toMatchObject({
    name: 'Person 93',
    person: {
      personId,
      names: ['Person 93'],
      aliases: [expect.stringMatching(/^phone:\+49170/)],
      lastMessageAt: at.toISOString(),
      link: { id: linkId, state: 'linked', crmContactId: 93 },
    },
    other: { personId: other.personId, name: 'Person 94', link: { crmContactId: 94 } },
  });
  await addReview();
  const [ambiguous] = (await api.get('/api/v1/reviews?kind=ambiguous&limit=1')).body.items;
  expect(ambiguous.candidates[0]).toEqual({
    ...{ crmContactId: 1, name: 'A', phones: ['1'], rule: 'exact', matchedValue: '1', confidence: 1 },
  });
  expect(ambiguous.other).toBeNull();
});

test('people are found by name and number; who was merged stands in the aliases of the survivor only', async () => {
  const lid = { kind: 'lid', key: 'lid:998877665544' } as const;
  const stranger = { aliases: [lid], name: 'Merged Away' };
  const loser = await api.store.people.findOrCreate(api.portalId, stranger, 'test');
  const { personId } = await addLinked(95);
  const survivor = await api.store.people.loadAsStored(personId);
  await api.store.people.model.updateOne({ _id: loser._id }, { $set: { mergedInto: personId } });
  await api.store.people.model.updateOne({ _id: personId }, { $push: { absorbed: loser.aliases[0] } });
  const list = async (q: string) => (await api.get(`/api/v1/people?q=${encodeURIComponent(q)}`)).body.items;
  expect(await list('Merged Away')).toEqual([]);
  const [found] = await list('person 95');
  expect(found).toMatchObject({ id: personId, absorbed: [lid.key], lastMessageAt: null });
  expect(found.aliases).toEqual(survivor?.aliases.map(({ key }) => key));
  const seen = { firstSeenAt: expect.any(String), source: expect.any(String), endedAt: null };
  expect(found.sightings).toEqual([
    { kind: 'phone', value: found.aliases[0].slice('phone:'.length), ...seen },
    { kind: 'name', value: 'Person 95', ...seen },
  ]);
  const [byNumber] = await list(found.aliases[0].replace('phone:+49', '0'));
  expect(byNumber.id).toBe(personId);
});

test('a link tells its history, its doubt and the change under way', async () => {
  const { linkId } = await addLinked(96);
  const link = await api.store.links.load(linkId);
  if (link) await api.store.links.putInDoubt(link, 'number_gone', new Date());
  const { body } = await api.get(`/api/v1/links/${linkId}`);
  expect(body).toMatchObject({ doubt: { code: 'number_gone' }, rhythm: 'paused', change: null });
  expect(body.history.map(({ what }: { what: string }) => what)).toEqual([
    'requested',
    'linked',
    'the number was removed from the contact',
  ]);
  const changed = await api.send('PUT', `/api/v1/links/${linkId}/contact`, {
    body: { crmContactId: 97, entries: 'keep' },
  });
  const after = await api.get(`/api/v1/links/${linkId}`);
  expect(after.body.change).toEqual({
    ...{ kind: 'changeContact', crmContactId: 97, operationId: changed.body.id },
  });
});

test.each([
  [{ assignedById: 5 }, 'assignedById'],
  [{ fields: { UF_CRM_17: 'x' } }, 'fields'],
  [{ createIfMissing: true, assignedById: 0 }, 'assignedById'],
  [{ createIfMissing: true, fields: { name: 'x' } }, 'fields.name'],
  [{ createIfMissing: true, fields: { originId: 'x' } }, 'fields.originId'],
  [{ createIfMissing: true, fields: { 'UF_CRM_1[0]': 'x' } }, 'fields.UF_CRM_1[0]'],
  [{ createIfMissing: true, fields: { UF_CRM_1: ['x'] } }, 'fields.UF_CRM_1'],
])('what is said of a new contact in %j is refused by its field', async (said, field) => {
  const before = await countAll(api);
  const answer = await api.post('/api/v1/links', { phone: '+491709999999', ...said });
  expect([answer.status, answer.body.errors[0].field]).toEqual([422, field]);
  expect(await countAll(api)).toEqual(before);
});

test('a pending request for a new contact refuses one with other fields', async () => {
  const phone = newPhone();
  const asked = { phone, createIfMissing: true, assignedById: 5, fields: { UF_CRM_1: 'a', UF_CRM_2: true } };
  expect((await api.post('/api/v1/links', asked)).status).toBe(202);
  const same = { ...asked, fields: { UF_CRM_2: true, UF_CRM_1: 'a' } };
  expect((await api.post('/api/v1/links', same)).status).toBe(202);
  const other = await api.post('/api/v1/links', { ...asked, assignedById: 6 });
  expect([other.status, other.body.code]).toEqual([409, 'link_pending']);
});
