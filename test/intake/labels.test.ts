import type { LabelSource } from '../../intake/labels/label-source';
import { readLabels } from '../../intake/labels/read-labels';
import { takeInAll } from '../../intake/take-in';
import type { AccountDoc } from '../../store/accounts';
import { waitsForLabels } from '../../store/sources/label-state';
import { usualPolicy } from '../../domain/source/policy';
import type { Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { mortal } from '../scenes/mortal-store';
import { addPortal, useStore } from '../scenes/store';

const store = useStore();
let next = 0;

const labelled = ['491701230001@c.us', '4639135150002@lid', '120363321708924888@g.us'];
const source = (chats: () => readonly string[] = () => labelled): LabelSource => ({
  listLabels: () => Promise.resolve([{ id: '1', name: 'Private' }]),
  listLabelledChats: () => Promise.resolve(chats()),
  findOtherAddress: () => Promise.resolve(null),
});

async function open(): Promise<AccountDoc> {
  const { portalId } = await addPortal(store);
  const e164 = `+49301115${String((next += 1)).padStart(3, '0')}`;
  const { account } = await store.accounts.add({
    portalId,
    kind: 'waha',
    e164,
    name: 'Sales',
    hmacKey: null,
  });
  await store.accounts.setPolicy(account._id, { ...usualPolicy, excludeLabels: ['Private'] }, true);
  return reload(account);
}
const reload = async ({ _id }: Pick<AccountDoc, '_id'>) => (await store.accounts.load(_id)) as AccountDoc;
const addresses = async ({ _id }: AccountDoc) =>
  (await store.labelledChats.listOfAccount(_id)).map(({ address }) => address).sort();

test('a process that dies anywhere in a reading leaves messages waiting, and the next one reads it all', async () => {
  for (let dieAt = 1; ; dieAt += 1) {
    const account = await open();
    const dying = mortal(store, dieAt, () => {
      throw new Error('this process is dead');
    });
    const first = await readLabels(dying.store, account._id, source()).catch(() => null);
    const isKnown = !waitsForLabels(await reload(account));
    // Known only with all of them.
    if (isKnown) expect(await addresses(account)).toEqual([...labelled].sort());
    await store.leases.model.deleteMany({});
    expect(await readLabels(store, account._id, source())).toBe('read');
    expect(waitsForLabels(await reload(account))).toBe(false);
    expect(await addresses(account)).toEqual([...labelled].sort());
    if (first === 'read') return expect(dieAt).toBeGreaterThan(3);
  }
});

test('labels that change while they are read are read again before they count', async () => {
  const account = await open();
  let asked = 0;
  const changing = source(() => {
    asked += 1;
    return asked === 1 ? labelled : labelled.slice(1);
  });
  const listLabelledChats = async (labelId: string) => {
    const chats = await changing.listLabelledChats(labelId);
    if (asked === 1) await store.accounts.noteLabelChange(account._id, new Date());
    return chats;
  };
  expect(await readLabels(store, account._id, { ...changing, listLabelledChats })).toBe('read');
  expect(asked).toBe(2);
  expect(await addresses(account)).toEqual(labelled.slice(1).sort());
});

test('two processes do not read at once, and an empty list of labels says nothing', async () => {
  const account = await open();
  let other: unknown;
  const listLabels = async () => {
    other ??= await readLabels(store, account._id, source());
    return [];
  };
  expect(await readLabels(store, account._id, { ...source(), listLabels })).toBe('none');
  expect(other).toBe('busy');
  expect(waitsForLabels(await reload(account))).toBe(true);
});

test('a delivery of many chats asks for their labels once, and one of an account without the rule not at all', async () => {
  const account = await open();
  await readLabels(store, account._id, source());
  let asked = 0;
  const listByKeys: Store['labelledChats']['listByKeys'] = (...given) => {
    asked += 1;
    return store.labelledChats.listByKeys(...given);
  };
  const counting: Store = { ...store, labelledChats: { ...store.labelledChats, listByKeys } };
  const items = ['+491701230001', '+491701230002', '+491701230003'].map((peer, index) => ({
    raw: { index },
    translation: {
      kind: 'message' as const,
      message: toIncoming({ peer, id: `L${index}${next}`, text: 'hello' }),
    },
  }));
  const deliver = async () => {
    const [taken] = (
      await takeInAll(counting, [{ account: await reload(account), delivery: { source: 'waha', items } }])
    ).taken;
    return taken?.map(({ outcome }) => outcome);
  };
  expect(await deliver()).toEqual(['excluded', 'accepted', 'accepted']);
  expect(asked).toBe(1);
  await store.accounts.setPolicy(account._id, { ...usualPolicy });
  expect(await deliver()).toEqual(['accepted', 'duplicate', 'duplicate']);
  expect(asked).toBe(1);
});
