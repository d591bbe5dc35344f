import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { call, type Json } from './portal-call';

let portal: SandboxPortal;
let contactId: number;
beforeEach(async () => {
  portal = await startSandboxPortal();
  contactId = portal.addContact({ name: 'Klara' });
});
afterEach(() => portal.stop());

const comment = async (method: string, params: object) =>
  call(portal, `crm.timeline.comment.${method}`, params);
const add = async (text: string, more: object = {}) => {
  const fields = { ENTITY_ID: contactId, ENTITY_TYPE: 'contact', COMMENT: text, ...more };
  return (await comment('add', { fields })).body;
};
const filter = () => ({ ENTITY_ID: contactId, ENTITY_TYPE: 'contact' });

test('a comment is listed with its id as text and its time in the portal’s zone', async () => {
  const id = (await add('hello')).result;
  const { body } = await comment('list', { filter: filter(), select: ['ID', 'CREATED', 'COMMENT'] });
  expect(body.total).toBe(1);
  expect(body.result).toEqual([
    { ID: String(id), CREATED: expect.stringMatching(/T\d\d:\d\d:\d\d\+03:00$/), COMMENT: 'hello' },
  ]);
});

test('the list pages by 50, newest first when asked, and ignores other filters', async () => {
  for (let at = 1; at <= 60; at += 1) await add(`text ${at}`);
  const order = { ID: 'DESC' };
  const first = (await comment('list', { filter: { ...filter(), '>ID': 1000 }, order })).body;
  expect([first.result.length, first.result[0].COMMENT, first.total, first.next]).toEqual([
    50,
    'text 60',
    60,
    50,
  ]);
  const second = (await comment('list', { filter: filter(), order, start: 50 })).body;
  expect([second.result.length, second.result.at(-1).COMMENT, second.next]).toEqual([
    10,
    'text 1',
    undefined,
  ]);
});

test('an unknown contact, an empty text and a missing key are refused', async () => {
  expect((await add('x', { ENTITY_ID: 999 })).error).toBe('OWNER_NOT_FOUND');
  expect((await add('x', { ENTITY_TYPE: 'deal' })).error).toBe('OWNER_NOT_FOUND');
  expect((await add(' ')).error).toBe('INVALID_ARG_VALUE');
  expect((await comment('add', { FIELDS: filter() })).body.error).toBe('100');
  const listed = await comment('list', { filter: { ENTITY_ID: 999, ENTITY_TYPE: 'contact' } });
  expect([listed.status, listed.body.error]).toEqual([400, '']);
  expect(portal.comments(contactId)).toEqual([]);
});

test('files are kept; an update without FILES leaves them, one with FILES replaces them', async () => {
  const content = Buffer.from('photo').toString('base64');
  const id = (await add('with a file', { FILES: [['photo.jpg', content], 'no file'] })).result as number;
  const files = async () => Object.values<Json>((await comment('get', { id })).body.result.FILES);
  expect(await files()).toMatchObject([{ name: 'photo.jpg', size: 5, type: 'image' }]);
  const [file] = await files();
  expect(await (await fetch(portal.url + file.urlDownload)).text()).toBe('photo');
  expect((await comment('update', { id, fields: { COMMENT: 'new' } })).body.result).toBe(id);
  expect(await files()).toHaveLength(1);
  await comment('update', { id, fields: { FILES: [] } });
  expect(await files()).toHaveLength(0);
  expect(portal.comments(contactId)[0]?.text).toBe('new');
});

test('binding twice is one binding; a bound comment is deleted from one page at a time', async () => {
  const other = portal.addContact({ name: 'Jonas' });
  const id = (await add('shared')).result as number;
  const fields = { OWNER_ID: id, ENTITY_ID: other, ENTITY_TYPE: 'contact' };
  const bindings = (method: string, params: object) =>
    call(portal, `crm.timeline.bindings.${method}`, params);
  for (let at = 0; at < 2; at += 1) expect((await bindings('bind', { fields })).body.result).toBe(true);
  const listed = await bindings('list', { filter: { OWNER_ID: id } });
  expect(listed.body.result.map((row: Json) => row.ENTITY_ID)).toEqual([String(contactId), String(other)]);
  expect((await comment('delete', { id })).body.error).toBe('MULTIPLE_BINDINGS');
  expect((await comment('delete', { id, ownerTypeId: 3, ownerId: contactId })).body.result).toBeNull();
  expect([portal.comments(contactId).length, portal.comments(other).length]).toEqual([0, 1]);
  expect((await bindings('unbind', { fields })).body.result).toBe(true);
  expect((await bindings('unbind', { fields })).body.error_description).toBe('Not found.');
});
