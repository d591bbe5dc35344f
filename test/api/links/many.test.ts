import type { LinkDoc } from '../../../store/links/link-schema';
import { startApi, useApi, type ApiServer } from '../../scenes/api';
import { logInUser } from '../../scenes/browser';
import { linkOne, personWith } from '../../scenes/link-one';
import { eventually } from '../../scenes/product';

// No worker: signals and updates are given up soon, and what is written on the links counts.
const api = useApi({ queryWaitMs: 20 });
const minute = 60_000;
const start = Date.UTC(2026, 0, 1);

let links: LinkDoc[];
let accounts: string[];

beforeAll(async () => {
  const { store, portalId } = api;
  accounts = [(await api.addAccount()).id, (await api.addAccount({ phone: '+49 30 7654321' })).id];
  links = [];
  for (let index = 0; index < 12; index += 1) {
    const name = index === 3 ? '=Évil "Näme", GmbH' : `Person ${index}`;
    const personId = await personWith(store, portalId, `+4917000001${String(index).padStart(2, '0')}`, name);
    const link = await linkOne(store, portalId, personId, 100 + index);
    const set = {
      lastSyncAt: index === 5 ? null : new Date(start + ((index * 7) % 12) * minute),
      attention: index % 4 === 0 ? { code: index === 0 ? 'a' : 'b', advice: 'x', since: '' } : null,
    };
    await store.links.model.updateOne({ _id: link._id }, { $set: set });
    await store.chats.findOrCreate(portalId, [
      { accountId: accounts[index % 3 === 0 ? 1 : 0] ?? '', personId },
    ]);
    links.push({ ...link, ...set });
  }
});

const at = (id: string): number => links.findIndex(({ _id }) => _id === id);

/** All pages of two, to meet every border between them. */
async function listAll(query: string): Promise<number[]> {
  const found: number[] = [];
  let cursor = '';
  do {
    const { body, status } = await api.get(`/api/v1/links?limit=2&${query}${cursor}`);
    expect(status).toBe(200);
    found.push(...body.items.map(({ id }: { id: string }) => at(id)));
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`;
  } while (cursor !== '');
  return found;
}

test('those that need a person come first, page by page, each once', async () => {
  expect(await listAll('sort=attention')).toEqual([8, 4, 0, 11, 10, 9, 7, 6, 5, 3, 2, 1]);
  expect(await listAll('sort=attention&attention=b')).toEqual([8, 4]);
});

test('the longest behind come first, those never in step before all', async () => {
  const bySync = [...links.keys()].sort(
    (a, b) => (links[a]?.lastSyncAt?.getTime() ?? 0) - (links[b]?.lastSyncAt?.getTime() ?? 0),
  );
  expect(await listAll('sort=lastSync')).toEqual(bySync);
  const before = new Date(start + 4 * minute).toISOString();
  expect(await listAll(`sort=lastSync&lastSyncBefore=${before}`)).toEqual(bySync.slice(0, 5));
});

test('links are found by the account that their people have a chat with', async () => {
  expect(await listAll(`accountId=${accounts[1]}`)).toEqual([9, 6, 3, 0]);
  expect(await listAll(`accountId=${accounts[1]}&sort=attention`)).toEqual([0, 9, 6, 3]);
  const { body } = await api.get(`/api/v1/links/count?accountId=${accounts[1]}`);
  expect(body).toEqual({ count: 4, isExact: true });
});

test('names are found by any part, also with capitals and accents as they are written', async () => {
  expect(await listAll(`q=${encodeURIComponent('näme')}`)).toEqual([3]);
  expect(await listAll('q=0000107')).toEqual([7]);
  expect(await listAll('q=104')).toEqual([4]);
  expect((await api.get('/api/v1/links/count?q=person')).body).toEqual({ count: 11, isExact: true });
});

test('the list as CSV has all links, and no cell is a formula', async () => {
  const { body, headers } = await api.get('/api/v1/links?format=csv&sort=newest');
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(headers.get('content-disposition')).toBe('attachment; filename="links.csv"');
  const lines = body.trimEnd().split('\r\n');
  expect(lines).toHaveLength(13);
  expect(lines[0]).toMatch(/^\uFEFF?link,name,numbers,contact,state/);
  expect(body).toContain(`"'=Évil ""Näme"", GmbH",'+491700000103,103,linked`);
});

const done = (server: ApiServer, id: string) =>
  eventually('the end of the operation', async () => {
    const { body } = await server.get(`/api/v1/operations/${id}`);
    return body.state === 'done' && body;
  });

test('many links are paused and resumed in one operation, which says how far it is and who asked', async () => {
  const agent = await logInUser(api, 'agent');
  const ids = links.slice(0, 3).map(({ _id }) => _id);
  const begun = await agent.send('POST', '/links/bulk', { action: 'pause', ids: [...ids, 'f'.repeat(24)] });
  expect(begun.status).toBe(202);
  expect(begun.body).toMatchObject({ kind: 'bulk', action: 'pause', linkId: null, total: 3 });
  const end = await done(api, begun.body.id);
  expect(end).toMatchObject({ done: 3, total: 3, refused: {}, who: { kind: 'user', id: agent.userId } });
  const paused = await api.get('/api/v1/links?rhythm=paused');
  expect(paused.body.items.map(({ id }: { id: string }) => at(id))).toEqual([2, 1, 0]);
  expect(paused.body.items[0].history.at(-1)).toMatchObject({ what: 'paused', who: { id: agent.userId } });
  const resumed = await api.post('/api/v1/links/bulk', { action: 'resume', filter: { rhythm: 'paused' } });
  expect(await done(api, resumed.body.id)).toMatchObject({ done: 3, refused: {} });
  expect((await api.get('/api/v1/links/count?rhythm=paused')).body.count).toBe(0);
});

test('what cannot be done with a link is counted by its code, and the rest is done', async () => {
  const { store } = api;
  const ended = links[11]?._id ?? '';
  await store.links.model.updateOne({ _id: ended }, { $set: { state: 'unlinked' } });
  const begun = await api.post('/api/v1/links/bulk', {
    action: 'pause',
    ids: [ended, links[10]?._id, links[9]?._id],
  });
  expect(await done(api, begun.body.id)).toMatchObject({ done: 3, refused: { link_not_linked: 1 } });
  await store.links.model.updateMany({}, { $set: { state: 'linked', rhythm: 'rounds' } });
});

test('an operation whose process died is gone on with by the next, behind the last link that was done', async () => {
  const { store } = api;
  const ids = links.slice(0, 6).map(({ _id }) => _id);
  const bulk = { action: 'pause', ids, filter: null, entries: 'keep', remember: false } as const;
  const begun = { portalId: 'all', linkId: null, kind: 'bulk', bulk: { ...bulk, ids }, total: 6 } as const;
  const { _id } = await store.operations.begin(begun);
  await store.operations.moveBulk(_id, { done: 4, total: 6, after: ids[3] ?? '', refused: { a: 1 } });
  const next = await startApi({ store, queryWaitMs: 20 });
  try {
    expect(await done(next, _id)).toMatchObject({ done: 6, total: 6, refused: { a: 1 } });
    const paused = (await next.get('/api/v1/links?rhythm=paused')).body.items;
    expect(paused.map(({ id }: { id: string }) => at(id))).toEqual([5, 4]);
  } finally {
    await next.stop();
  }
});

test('a request for many is checked', async () => {
  const id = links[0]?._id;
  for (const body of [
    { action: 'pause' },
    { action: 'pause', ids: [id], filter: {} },
    { action: 'pause', ids: [] },
    { action: 'pause', ids: ['x'] },
    { action: 'pause', filter: { state: 'gone' } },
    { action: 'pause', filter: { odd: 'x' } },
    { action: 'pause', filter: {}, entries: 'remove' },
  ])
    expect([body, (await api.post('/api/v1/links/bulk', body)).status]).toEqual([body, 422]);
});
