import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { call, type Json } from './portal-call';

let portal: SandboxPortal;
beforeEach(async () => {
  portal = await startSandboxPortal();
});
afterEach(() => portal.stop());

const item = async (method: string, params: object) =>
  call(portal, `crm.item.${method}`, { entityTypeId: 3, ...params });
const find = async (type: string, ...values: string[]) =>
  (await call(portal, 'crm.duplicate.findbycomm', { type, values, entity_type: 'CONTACT' })).body.result;

test('findbycomm finds a number however both sides write it', async () => {
  const first = portal.addContact({ name: 'A', phones: ['+49 (170) 123-45-67'], emails: ['A@Example.com'] });
  const second = portal.addContact({ name: 'B', phones: ['0049 170 1234567'] });
  portal.addContact({ name: 'C', phones: ['0170 1234567'] });
  expect(await find('PHONE', '+491701234567')).toEqual({ CONTACT: [first, second] });
  expect(await find('EMAIL', 'a@example.com')).toEqual({ CONTACT: [first] });
  expect(await find('PHONE', '+4930')).toEqual([]);
});

test('findbycomm gives at most 20 contacts and reads at most 20 values', async () => {
  for (let at = 0; at < 25; at += 1) portal.addContact({ name: 'X', phones: ['+491701234567'] });
  portal.addContact({ name: 'Y', phones: ['+491709999999'] });
  expect((await find('PHONE', '+491701234567')).CONTACT).toHaveLength(20);
  expect(await find('PHONE', ...Array<string>(20).fill('+4930'), '+491709999999')).toEqual([]);
});

test('findbycomm refuses an unknown type with an empty error', async () => {
  const answer = await call(portal, 'crm.duplicate.findbycomm', { values: ['+49'] });
  expect(answer.status).toBe(400);
  expect(answer.body).toEqual({ error: '', error_description: 'Communication type is not defined.' });
});

test('fm on update: new keys add, ids change, an empty value deletes, a missing typeId does nothing', async () => {
  const added = await item('add', {
    fields: { name: 'A', fm: [{ typeId: 'PHONE', valueType: 'MOBILE', value: '+491701' }] },
  });
  const { id, fm } = added.body.result.item;
  const entryId = fm[0].id as number;
  const update = async (given: unknown) =>
    (await item('update', { id, fields: { fm: given } })).body.result.item.fm.map(
      (entry: Json) => entry.value,
    );
  expect(await update({ n0: { typeId: 'PHONE', value: '+491702' } })).toEqual(['+491701', '+491702']);
  expect(await update({ [entryId]: { typeId: 'PHONE', value: '+491703' } })).toEqual(['+491703', '+491702']);
  expect(await update({ [entryId]: { value: '+491704' } })).toEqual(['+491703', '+491702']);
  expect(await update({ 9999: { typeId: 'PHONE', value: '+491705' } })).toEqual([
    '+491703',
    '+491702',
    '+491705',
  ]);
  expect(await update([{ typeId: 'PHONE', value: '+491706' }])).toHaveLength(4);
  expect(await update({ [entryId]: { typeId: 'PHONE', value: '' } })).toEqual([
    '+491702',
    '+491705',
    '+491706',
  ]);
  expect(await update('+491707')).toHaveLength(3);
  expect(await find('PHONE', '+491703')).toEqual([]);
});

test('add does not look for duplicates, and a text as fm makes a contact without a phone', async () => {
  const fields = { name: 'A', originatorId: 'ours', originId: 'x', fm: '+491701' };
  const [one, two] = [await item('add', { fields }), await item('add', { fields })];
  expect(one.body.result.item.hasPhone).toBe('N');
  expect(one.body.result.item.id).not.toBe(two.body.result.item.id);
});

test('a contact needs a name, and the fields this portal requires', async () => {
  expect(await item('add', { fields: { name: ' ' } })).toMatchObject({
    status: 400,
    body: { error: 'CRM_FIELD_ERROR_REQUIRED' },
  });
  portal.setSettings({ requiredContactFields: ['ufCrm_1'] });
  const refused = await item('add', { fields: { name: 'A' } });
  expect(refused.body.error_description).toContain('ufCrm_1');
  expect((await item('add', { fields: { name: 'A', ufCrm_1: 'x' } })).status).toBe(200);
});

test('list filters, orders, selects and pages', async () => {
  for (const name of ['Berta', 'anton', 'Cäsar']) {
    await item('add', {
      fields: { name, originatorId: 'ours', originId: name, fm: [{ typeId: 'PHONE', value: '+491' }] },
    });
  }
  const names = async (filter: object, order: object = { id: 'ASC' }) =>
    (await item('list', { filter, order, select: ['name'] })).body.result.items.map((row: Json) => row.name);
  expect(await names({ originatorId: 'ours', '@originId': ['Berta', 'Cäsar'] })).toEqual(['Berta', 'Cäsar']);
  expect(await names({ originId: 'anton' })).toEqual(['anton']);
  expect(await names({ '@id': [3, 1] }, { id: 'DESC' })).toEqual(['Cäsar', 'Berta']);
  expect(await names({ '>id': 1 }, { name: 'ASC' })).toEqual(['anton', 'Cäsar']);
  expect(await names({ '%name': 'ANT' })).toEqual(['anton']);
  expect(await names({ '!name': 'anton' })).toEqual(['Berta', 'Cäsar']);
  expect(await names({ 0: { logic: 'OR', 0: { name: 'anton' }, 1: { id: 3 } } })).toEqual(['anton', 'Cäsar']);
  expect(await names({ '>=updatedTime': '2001-01-01T00:00:00+03:00', hasPhone: 'Y' })).toHaveLength(3);
  expect(await names({ '>updatedTime': '2999-01-01' })).toEqual([]);
  const whole = await item('list', { filter: { id: 1 }, select: ['*'], start: -1 });
  expect(whole.body.result.items[0].fm).toHaveLength(1);
  expect(whole.body.total).toBeUndefined();
  const named = await item('list', { filter: { id: 1 }, select: ['name', 'fm'] });
  expect(named.body.result.items[0]).toEqual({ id: 1, name: 'Berta' });
  expect(named.body.total).toBe(1);
});

test('a filter on phones, and on what is no field, is refused', async () => {
  for (const filter of [{ phone: '+49' }, { phoneMobile: '+49' }, { toString: 'x' }]) {
    expect(await item('list', { filter })).toMatchObject({
      status: 400,
      body: { error: 'INVALID_ARG_VALUE' },
    });
  }
});

test('a merged contact is gone, its phones and its timeline are the survivor’s', async () => {
  const loser = portal.addContact({ name: 'A', phones: ['+491701', '+491702'] });
  const winner = portal.addContact({ name: 'B', phones: ['+49 1701'] });
  const fields = { ENTITY_ID: loser, ENTITY_TYPE: 'contact', COMMENT: 'kept' };
  await call(portal, 'crm.timeline.comment.add', { fields });
  expect(portal.mergeContact(loser, winner)).toBe(true);
  expect(await item('get', { id: loser })).toMatchObject({ status: 400, body: { error: 'NOT_FOUND' } });
  expect((await item('get', { id: winner })).body.result.item.fm).toHaveLength(2);
  expect(portal.comments(winner).map(({ text }) => text)).toEqual(['kept']);
  const late = await call(portal, 'crm.timeline.comment.add', { fields });
  expect(late.body.error).toBe('OWNER_NOT_FOUND');
});
