import type { ContactDirectory } from '../../../linking/contact-directory';
import type { Portal } from '../../../bitrix24/portal';
import { toLinkWorkflowId } from '../../../domain/ids';
import { startApi, useApi, type ApiServer, type Sent } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';
import { eventually } from '../../scenes/product';

/** Contacts 1 to 400 are there; number +49170000nnnn belongs to contact nnnn, and 0399 to two. */
const crm: ContactDirectory = {
  findByPhone: (values) =>
    Promise.resolve(values.some((value) => value.endsWith('0399')) ? [398, 399] : values.flatMap(owner)),
  readCards: async (ids) => {
    asked.push(ids.length);
    await gate;
    const there = ids.filter((id) => id <= 400 && id !== 333);
    const cards = there.map((id) => ({ crmContactId: id, name: `Contact ${id}`, phones: phonesOf(id) }));
    return { cards, unreadable: ids.filter((id) => id === 333) };
  },
};
const owner = (value: string): number[] => {
  const id = Number(value.slice(-4));
  return id >= 1 && id <= 400 && id !== 397 ? [id] : [];
};
const numberOf = (id: number): string => `+49170000${String(id).padStart(4, '0')}`;
const phonesOf = (id: number): string[] => [numberOf(id === 398 ? 399 : id)];

let gate: Promise<void> = Promise.resolve();
const asked: number[] = [];
const portalOf = () => Promise.resolve({ contacts: crm } as unknown as Portal);
const api = useApi({ portalOf, queryWaitMs: 20, linkWaitMs: 5_000 });

const csv = (raw: string): Sent => ({ raw, headers: { 'content-type': 'text/csv' } });
const table = (ids: readonly number[]): Sent =>
  csv(['phone,contact', ...ids.map((id) => `${numberOf(id)},${id}`)].join('\n'));
const send = (sent: Sent) => api.send('POST', '/api/v1/links/import', sent);
const ended = (id: string, server: ApiServer = api) =>
  eventually('the end of the operation', async () => {
    const { body } = await server.get(`/api/v1/operations/${id}`);
    return body.state !== 'running' && body;
  });
const rowsOf = async (id: string) => (await api.get(`/api/v1/operations/${id}/rows?limit=200`)).body.items;
const linkOf = async (id: number) =>
  (await api.get(`/api/v1/links?phone=${encodeURIComponent(numberOf(id))}`)).body.items[0];

test('a list links its people at once: each row says what became of it, and quiet links rest', async () => {
  const person = await personWith(api.store, api.portalId, numberOf(2));
  await linkOne(api.store, api.portalId, person, 2);
  const other = await personWith(api.store, api.portalId, numberOf(3));
  await linkOne(api.store, api.portalId, other, 4);
  const lines = [
    [numberOf(1), 1],
    [numberOf(2), 2],
    [numberOf(3), 3],
    [numberOf(5), 500],
    [numberOf(6), 333],
  ];
  const begun = await send(csv(['phone;contact', ...lines.map((line) => line.join(';'))].join('\r\n')));
  expect([begun.status, begun.body]).toMatchObject([202, { action: 'import', total: 5, undoes: null }]);
  expect(await ended(begun.body.id)).toMatchObject({
    ...{ state: 'done', done: 5, outcomes: { linked: 1, already: 1 } },
    refused: { link_exists: 1, contact_gone: 1, contact_unreadable: 1 },
  });
  expect(await rowsOf(begun.body.id)).toMatchObject([
    { row: 2, crmContactId: 1, outcome: 'linked', code: null },
    { row: 3, outcome: 'already' },
    { row: 4, outcome: 'refused', code: 'link_exists' },
    { row: 5, outcome: 'refused', code: 'contact_gone', linkId: null },
    { row: 6, outcome: 'refused', code: 'contact_unreadable' },
  ]);
  const link = await linkOf(1);
  expect(link).toMatchObject({ state: 'linked', rhythm: 'parked', crmContactId: 1 });
  expect(link.clocks.lastCheckedAt).not.toBeNull();
  const workflow = await api.temporal.workflow.getHandle(toLinkWorkflowId(link.id)).describe();
  expect(workflow.status.name).toBe('RUNNING');
  const refused = await api.get(`/api/v1/operations/${begun.body.id}/rows?outcome=refused&format=csv`);
  expect(refused.body.split('\r\n')[1]).toBe('4,3,refused,link_exists,');
});

test('whom a list is about is forgotten once a row is worked off', async () => {
  const begun = await send(table([10, 11]));
  await ended(begun.body.id);
  const rows = await api.store.linkRows.model.find({ operationId: begun.body.id }).lean();
  expect(rows.map(({ e164, name }) => [e164, name])).toEqual([
    [null, null],
    [null, null],
  ]);
});

test('a row without a contact goes to the one who has the number; nobody and several are a person’s question', async () => {
  const lines = ['phone', numberOf(20), numberOf(397), numberOf(399)];
  const begun = await send(csv(lines.join('\n')));
  expect(await ended(begun.body.id)).toMatchObject({
    ...{ done: 3, outcomes: { linked: 1 }, refused: { left_to_a_person: 2 } },
  });
  expect(await linkOf(20)).toMatchObject({ state: 'linked', crmContactId: 20 });
  const reviews = (await api.get('/api/v1/reviews?state=open')).body.items;
  expect(reviews.map(({ kind }: { kind: string }) => kind).sort()).toEqual(['ambiguous', 'unmatched']);
});

test('one wrong row keeps all from being linked, and is named', async () => {
  const wrong = await send(csv(`phone,contact\n${numberOf(30)},30\n12,31\n${numberOf(30)},32\n`));
  expect([wrong.status, wrong.body]).toMatchObject([
    422,
    { errors: [{ field: 'rows.3.phone' }, { field: 'rows.4.crmContactId' }] },
  ]);
  expect(await linkOf(30)).toBeUndefined();
  const large = await send(csv(`phone\n${'x'.repeat(17 * 1_024 * 1_024)}`));
  expect([large.status, large.body.code]).toEqual([413, 'body_too_large']);
  expect((await send({ raw: 'x', headers: { 'content-type': 'image/png' } })).status).toBe(415);
});

test('a list that is sent again under its key is carried out once', async () => {
  const headers = { 'content-type': 'text/csv', 'idempotency-key': 'list-1' };
  const [first, again] = [await send({ ...table([40]), headers }), await send({ ...table([40]), headers })];
  expect(again.body.id).toBe(first.body.id);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
});

test('contacts are asked for together', async () => {
  asked.length = 0;
  const begun = await send(table(Array.from({ length: 12 }, (_, index) => 100 + index)));
  expect(await ended(begun.body.id)).toMatchObject({ done: 12, outcomes: { linked: 12 } });
  expect(asked).toEqual([12]);
});

test('an operation whose process died between its links and its place links nobody twice, and counts each once', async () => {
  const { store, portalId } = api;
  const bulk = {
    action: 'import',
    ids: null,
    filter: null,
    entries: 'keep',
    remember: false,
    rows: 3,
  } as const;
  const { _id } = await store.operations.begin({
    ...{ portalId, linkId: null, kind: 'bulk', bulk: { ...bulk }, total: 3 },
  });
  const ids = [50, 51, 52];
  await store.linkRows.add(
    _id,
    ids.map((id) => ({ row: id, e164: numberOf(id), name: null, crmContactId: id })),
  );
  // The first is linked and said so, the second is linked and nobody said so, the third is not.
  const person = await personWith(store, portalId, numberOf(51));
  const made = await linkOne(store, portalId, person, 51);
  const ours = { 'request.operationId': _id, 'request.crmContactId': 51 };
  await store.links.model.updateOne({ _id: made._id }, { $set: ours });
  await store.linkRows.finish([{ _id: `${_id}/0000050`, outcome: 'linked', code: null, linkId: 'x' }]);
  const next = await startApi({ store, portalOf, queryWaitMs: 20, linkWaitMs: 5_000 });
  try {
    expect(await ended(_id, next)).toMatchObject({ done: 3, outcomes: { linked: 3 }, refused: {} });
    expect(await linkOf(51)).toMatchObject({ id: made._id, rhythm: 'parked' });
  } finally {
    await next.stop();
  }
});

test('a list that was not saved as a whole links nobody and fails', async () => {
  const { store, portalId } = api;
  const bulk = {
    action: 'import',
    ids: null,
    filter: null,
    entries: 'keep',
    remember: false,
    rows: 2,
  } as const;
  const { _id } = await store.operations.begin({ portalId, linkId: null, kind: 'bulk', bulk, total: 2 });
  await store.linkRows.add(_id, [{ row: 2, e164: numberOf(60), name: 'Ana', crmContactId: 60 }]);
  await store.operations.model.updateOne({ _id }, { $set: { createdAt: new Date(0) } });
  const next = await startApi({ store, portalOf });
  try {
    expect(await ended(_id, next)).toMatchObject({ state: 'failed', done: 0 });
    expect(await linkOf(60)).toBeUndefined();
    await eventually(
      'the forgetting',
      async () => !(await store.linkRows.model.exists({ e164: { $ne: null } })),
    );
  } finally {
    await next.stop();
  }
});

test('a list is cancelled where it is, and undone as one: but not what a person has changed since', async () => {
  let open = () => {};
  gate = new Promise((resolve) => (open = resolve));
  const begun = await send(table([70, 71, 72]));
  const early = await api.post(`/api/v1/operations/${begun.body.id}/undo`, {});
  expect([early.status, early.body.code]).toEqual([409, 'operation_running']);
  open();
  expect(await ended(begun.body.id)).toMatchObject({ outcomes: { linked: 3 } });
  const kept = await linkOf(70);
  await api.store.links.requestChange(kept.id, {
    ...{ kind: 'changeContact', crmContactId: 80, entries: 'keep', remember: false },
    ...{ operationId: 'x', who: { kind: 'user', id: 'u', name: 'Ana' } },
  });
  await api.store.links.dropChange(kept.id, 'x');
  const undone = await api.post(`/api/v1/operations/${begun.body.id}/undo`, {});
  expect([undone.status, undone.body]).toMatchObject([
    202,
    { action: 'undo', undoes: begun.body.id, total: 3 },
  ]);
  expect(await ended(undone.body.id)).toMatchObject({
    ...{ state: 'done', outcomes: { ended: 2 }, refused: { changed_by_person: 1 } },
  });
  expect([(await linkOf(70)).state, (await linkOf(71)).state]).toEqual(['linked', 'unlinking']);
  expect((await linkOf(1)).state).toBe('linked');
  const again = await api.post(`/api/v1/operations/${undone.body.id}/undo`, {});
  expect(again.body.code).toBe('operation_not_undoable');
});

test('an undo whose process died before its place moved counts what it ended as ended, not as changed by a person', async () => {
  const { store } = api;
  const begun = await send(table([280, 281]));
  await ended(begun.body.id);
  const undone = await api.post(`/api/v1/operations/${begun.body.id}/undo`, {});
  expect(await ended(undone.body.id)).toMatchObject({ outcomes: { ended: 2 } });
  await store.links.model.updateOne(
    { _id: (await linkOf(281)).id },
    { $set: { state: 'unlinked', change: null } },
  );
  const before = { state: 'running', done: 0, after: null, outcomes: {}, refused: {} } as const;
  await store.operations.model.updateOne({ _id: undone.body.id }, { $set: before });
  const next = await startApi({ store, portalOf, queryWaitMs: 20, linkWaitMs: 5_000 });
  try {
    expect(await ended(undone.body.id, next)).toMatchObject({ done: 2, outcomes: { ended: 2 }, refused: {} });
  } finally {
    await next.stop();
  }
});

test('a cancelled list keeps what it linked, and forgets the others', async () => {
  let open = () => {};
  gate = new Promise((resolve) => (open = resolve));
  const begun = await send(table([260, 261]));
  const stopped = await api.post(`/api/v1/operations/${begun.body.id}/cancel`, {});
  expect([stopped.status, stopped.body.state]).toEqual([200, 'cancelled']);
  open();
  await eventually('the forgetting', async () => {
    const rows = await api.store.linkRows.model.find({ operationId: begun.body.id }).lean();
    return rows.every(({ e164 }) => e164 === null);
  });
  expect((await ended(begun.body.id)).state).toBe('cancelled');
});
