import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();

beforeAll(async () => {
  const { store, portalId } = api;
  for (const [index, phone] of ['+491701110001', '+491701110002', '+491709990003'].entries())
    await linkOne(store, portalId, await personWith(store, portalId, phone), index + 1);
});

const idsOf = ({ body }: { body: { items: { id: string }[] } }): string[] => body.items.map(({ id }) => id);

test.each([
  ['phone=0170+1110001', { phone: '0170 1110001' }, 1],
  ['q=170111', { q: '170111' }, 2],
  ['crmContactId=3', { crmContactId: 3 }, 1],
  ['state=linked&limit=2', { state: 'linked', limit: 2 }, 2],
])('%s in the body finds what it finds in the address, and counts as much', async (query, body, found) => {
  const asked = await api.get(`/api/v1/links?${query}`);
  const searched = await api.post('/api/v1/links/search', body);
  expect([asked.status, searched.status]).toEqual([200, 200]);
  expect(idsOf(searched)).toEqual(idsOf(asked));
  expect(idsOf(searched)).toHaveLength(found);
});

test('a search goes on page by page, and is counted', async () => {
  const first = await api.post('/api/v1/links/search', { state: 'linked', limit: 2 });
  const next = await api.post('/api/v1/links/search', {
    state: 'linked',
    limit: 2,
    cursor: first.body.nextCursor,
  });
  expect(new Set([...idsOf(first), ...idsOf(next)]).size).toBe(3);
  expect(next.body.nextCursor).toBeNull();
  const counted = await api.post('/api/v1/links/search/count', { state: 'linked' });
  expect(counted.body).toEqual({ count: 3, isExact: true });
});

test.each([[{ limit: 0 }], [{ limit: 201 }], [{ phone: '12' }], [{ unknown: 1 }]])(
  'the bad search %j says which field is bad',
  async (body) => {
    const refused = await api.post('/api/v1/links/search', body);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].field).toBe(Object.keys(body)[0]);
  },
);
