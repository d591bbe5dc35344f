import { toPhoneAlias } from '../../../domain/identity';
import { listLinks } from '../../../store/links/link-list';
import { addPortal, useStore } from '../../scenes/store';

const store = useStore();
let portalId: string;
let personId: string;
let linkId: string;

beforeEach(async () => {
  ({ portalId } = await addPortal(store));
  const find = (e164: string, name: string) =>
    store.people.findOrCreate(portalId, { aliases: [toPhoneAlias(e164)], name }, 'test');
  const survivor = await find('+491701234567', 'Klaus (old)');
  await store.people.showName(survivor, 'Klaus', 'test');
  const loser = await find('+491707654321', 'Nikolaus');
  await store.people.markMerged(loser._id, survivor._id);
  await store.people.absorb(survivor._id, loser);
  personId = survivor._id;
  const request = { crmContactId: null, createIfMissing: false, name: null, at: new Date() };
  linkId = (await store.links.insertPending(portalId, personId, request))?._id ?? '';
});

test.each([
  ['the name shown', 'klaus'],
  ['a name of before', '(old)'],
  ['a name of a merged person', 'nikolaus'],
  ['the number', '0170 1234567'],
  ['the number of a merged person', '+49 170 7654321'],
])('people and links are found by %s', async (_what, text) => {
  const page = { after: null, limit: 10 };
  const people = await store.people.list({ portalId, text }, page);
  expect(people.map(({ _id }) => _id)).toEqual([personId]);
  const links = await listLinks(store, { portalId, text }, page);
  expect(links.map(({ _id }) => _id)).toEqual([linkId]);
});

test.each(['Peter', '0170 9999999', '.*'])('nobody is found by %s', async (text) => {
  const page = { after: null, limit: 10 };
  expect(await store.people.list({ portalId, text }, page)).toEqual([]);
  expect(await listLinks(store, { portalId, text }, page)).toEqual([]);
});
