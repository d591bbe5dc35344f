import {
  AskAdminError,
  BadRequestError,
  ContactGoneError,
  PortalGoneError,
  PortalUnreachableError,
  ReauthoriseError,
  WaitUntilError,
  type Bitrix24Error,
} from '../../../bitrix24/errors';
import { toProblem } from '../../../api/http/errors-to-problems';
import { useApi } from '../../scenes/api';
import { linkOne, personWith } from '../../scenes/link-one';

const api = useApi();
let next = 0;

async function addLinked(crmContactId: number) {
  const { store, portalId } = api;
  const number = `+491706${String((next += 1)).padStart(6, '0')}`;
  const personId = await personWith(store, portalId, number, 'Ana');
  return linkOne(store, portalId, personId, crmContactId);
}

const putContact = (linkId: string, crmContactId: number, entries: string) =>
  api.send('PUT', `/api/v1/links/${linkId}/contact`, { body: { crmContactId, entries } });
const remove = (linkId: string, query = '') => api.send('DELETE', `/api/v1/links/${linkId}${query}`);
const countOperations = (linkId: string) => api.store.operations.model.countDocuments({ linkId }).exec();

test('the same change of contact asked for again is the one under way, and another one waits', async () => {
  const { _id } = await addLinked(11);
  const first = await putContact(_id, 12, 'move');
  const again = await putContact(_id, 12, 'move');
  expect([first.status, again.status, again.body]).toEqual([202, 202, first.body]);
  expect(await countOperations(_id)).toBe(1);
  for (const other of [
    await putContact(_id, 12, 'keep'),
    await putContact(_id, 13, 'move'),
    await remove(_id),
  ]) {
    expect([other.status, other.body.code]).toEqual([409, 'change_under_way']);
  }
});

test('two clients that ask for one change at once get one operation', async () => {
  const { _id } = await addLinked(11);
  const answers = await Promise.all(Array.from({ length: 6 }, () => putContact(_id, 12, 'keep')));
  expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(202));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});

test('a contact that the link has is there already; entries that went another way are no repetition', async () => {
  const { store } = api;
  const { _id } = await addLinked(21);
  const [so, soAgain] = [await putContact(_id, 21, 'move'), await putContact(_id, 21, 'move')];
  expect([so.status, so.body.state, soAgain.body]).toEqual([200, 'done', so.body]);

  const change = await putContact(_id, 22, 'keep');
  const changing = await store.links.load(_id);
  if (!changing?.change) throw new Error('no change was saved');
  await store.operations.finish(change.body.id, 'done', null);
  await store.links.finishChange(_id, changing.change, null);
  const same = await putContact(_id, 22, 'keep');
  expect([same.status, same.body.id, same.body.state]).toEqual([200, change.body.id, 'done']);
  const moved = await putContact(_id, 22, 'move');
  expect([moved.status, moved.body.code]).toEqual([409, 'same_contact']);
});

test('the end of a link asked for again is the one under way, and afterwards the one that was', async () => {
  const { store } = api;
  const { _id } = await addLinked(31);
  const first = await remove(_id, '?entries=remove&remember=true');
  const again = await remove(_id, '?entries=remove&remember=true');
  expect([again.status, again.body]).toEqual([202, first.body]);
  const other = await remove(_id, '?entries=keep');
  expect([other.status, other.body.code]).toEqual([409, 'change_under_way']);

  const ending = await store.links.load(_id);
  if (!ending?.change) throw new Error('no end was saved');
  await store.operations.finish(first.body.id, 'done', null);
  await store.links.finishChange(_id, ending.change, null);
  const ended = await remove(_id, '?entries=remove&remember=true');
  expect([ended.status, ended.body.id, ended.body.state]).toEqual([200, first.body.id, 'done']);
  for (const query of ['', '?entries=keep&remember=true', '?entries=remove']) {
    const { status, body } = await remove(_id, query);
    expect([status, body.code]).toEqual([409, 'link_unlinked']);
  }
});

test.each<[Bitrix24Error, number, string, string | null]>([
  [new BadRequestError({ code: 'ERROR_ARGUMENT' }), 502, 'portal_refused', null],
  [new AskAdminError({ code: 'ACCESS_DENIED', advice: 'Give the right.' }), 502, 'portal_refused', null],
  [new ReauthoriseError({ code: 'NO_AUTH_FOUND' }), 502, 'portal_refused', null],
  [new PortalGoneError({ code: 'PORTAL_DELETED' }), 502, 'portal_refused', null],
  [new ContactGoneError({ code: 'NOT_FOUND', crmContactId: 1 }), 409, 'contact_gone', null],
  [new PortalUnreachableError({ code: 'ECONNREFUSED' }), 503, 'portal_unavailable', '5'],
  [
    new PortalUnreachableError({ code: 'ECONNREFUSED', nextProbeMs: 42_000 }),
    503,
    'portal_unavailable',
    '42',
  ],
  [
    new WaitUntilError({ code: 'QUERY_LIMIT_EXCEEDED', scope: 'requests', retryAfterMs: 1_500 }),
    503,
    'portal_unavailable',
    '2',
  ],
])('%s is answered for good, or with when to come back: %d %s, %s s', (error, status, code, retryAfter) => {
  const problem = toProblem(error);
  expect([problem?.status, problem?.code]).toEqual([status, code]);
  expect(problem?.headers['Retry-After'] ?? null).toBe(retryAfter);
});
