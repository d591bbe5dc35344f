import { administrator } from '../../../domain/access';
import { followCrm } from '../../../activities/watch/follow-crm';
import { toLinkTarget } from '../../../domain/ids';
import { loadReviewCards } from '../../../linking/review-cards';
import { chooseContact } from '../../../linking/choose-contact';
import { wakeAfterChoice } from '../../api/links/answers';
import { linkOne, personWith } from '../../scenes/link-one';
import { eventually, say, useProduct } from '../../scenes/product';
import {
  countOn,
  linesOn,
  linkedWith,
  linkOf,
  reviewOf,
  startWatch,
  stopWatch,
  sweepOnce,
} from '../../scenes/watch';

const phone = '+491701234567';
const product = useProduct({ settings: { backupIntervalMs: 800 } }, 'test');
let first: number;

beforeEach(async () => {
  first = product.portal.addContact({ name: 'First', phones: [phone] });
  await say(product, { id: 'A1', text: 'before' });
  await product.startWorker();
  await startWatch(product);
  await linkedWith(product, phone, first);
  await eventually('the first backup', () => countOn(product, [first], 'before') === 1);
});

const historyOf = async () => (await linkOf(product, phone))?.history.map(({ what }) => what) ?? [];
/** As if every linked contact had not been looked for since yesterday. */
const forgetSeen = () =>
  product.store.links.model.updateMany({}, { $set: { contactSeenAt: new Date(Date.now() - 86_400_000) } });

test('a number that moved takes later messages to its new contact, and nothing is posted twice', async () => {
  const second = product.portal.addContact({ name: 'Second', phones: [] });
  product.portal.updateContact(first, { phones: [] });
  product.portal.updateContact(second, { phones: ['0170 1234567'] });
  await sweepOnce(product);
  const link = await linkedWith(product, phone, second);
  expect(link).toMatchObject({ doubt: null, attention: null, rhythm: 'rounds', decision: { by: 'phone' } });
  await say(product, { id: 'A2', text: 'after' });
  await eventually('the later message', () => countOn(product, [second], 'after') === 1);
  expect(countOn(product, [first, second], 'before')).toBe(1);
  expect(countOn(product, [first, second], 'after')).toBe(1);
  expect(await historyOf()).toEqual(
    expect.arrayContaining([
      'the number was removed from the contact',
      'the number moved to this contact',
      'contact changed',
    ]),
  );
});

test('a contact merged into another one is followed, and its page keeps what it had', async () => {
  const survivor = product.portal.addContact({ name: 'Survivor', phones: ['+49 30 5555555'] });
  product.portal.mergeContact(first, survivor);
  await say(product, { id: 'A2', text: 'after' });
  await eventually('the trouble of a round', async () => (await linkOf(product, phone))?.attention);
  await sweepOnce(product);
  await linkedWith(product, phone, survivor);
  await eventually('the later message', () => countOn(product, [survivor], 'after') === 1);
  expect(linesOn(product, survivor)).toHaveLength(2);
  expect(await historyOf()).toContain('the contact is gone, this one has the number now');
});

test('a deleted contact without a successor holds the link and asks, and the answer lets the messages go', async () => {
  product.portal.deleteContact(first);
  await forgetSeen();
  await sweepOnce(product);
  await say(product, { id: 'A2', text: 'after' });
  const review = await eventually('the review', () => reviewOf(product, phone));
  expect(review).toMatchObject({ kind: 'unmatched', state: 'open' });
  const held = await linkOf(product, phone);
  expect(held).toMatchObject({ state: 'linked', rhythm: 'paused', attention: { code: 'contact_gone' } });
  const [card] = await loadReviewCards(product.store, [review]);
  expect(card?.person).toMatchObject({ name: 'Klaus Weber', aliases: [`phone:${phone}`] });
  const chosen = product.portal.addContact({ name: 'Chosen', phones: [] });
  const choice = await chooseContact(product.store, review, { crmContactId: chosen, who: administrator });
  expect(choice.kind).toBe('changed');
  await wakeAfterChoice(product, choice);
  await linkedWith(product, phone, chosen);
  await eventually('the later message', () => countOn(product, [chosen], 'after') === 1);
  expect((await linkOf(product, phone))?.decision?.by).toBe('person');
  expect((await reviewOf(product, phone))?.state).toBe('answered');
});

test('a number removed by mistake holds the link until it is back', async () => {
  product.portal.updateContact(first, { phones: [] });
  await sweepOnce(product);
  await eventually('the doubt', async () => (await linkOf(product, phone))?.doubt?.code === 'number_gone');
  await say(product, { id: 'A2', text: 'after' });
  await sweepOnce(product);
  expect(countOn(product, [first], 'after')).toBe(0);
  product.portal.updateContact(first, { phones: ['+49 (170) 1234567'] });
  await sweepOnce(product);
  await eventually('the later message', () => countOn(product, [first], 'after') === 1);
  expect(await linkOf(product, phone)).toMatchObject({ doubt: null, attention: null, rhythm: 'rounds' });
  expect((await reviewOf(product, phone))?.state).toBe('answered');
});

test('a number that two contacts share after its own is gone is left to a person', async () => {
  const others = ['B', 'C'].map((name) => product.portal.addContact({ name, phones: [phone] }));
  product.portal.deleteContact(first);
  await forgetSeen();
  await sweepOnce(product);
  const review = await eventually('the review', () => reviewOf(product, phone));
  expect(review.candidates.map(({ crmContactId }) => crmContactId)).toEqual(others);
  await say(product, { id: 'A2', text: 'after' });
  await sweepOnce(product);
  expect(countOn(product, others, 'after')).toBe(0);
});

test('a link that a person chose stays, whatever numbers the contact has', async () => {
  const link = await linkOf(product, phone);
  await product.store.links.model.updateOne({ _id: link?._id ?? '' }, { $set: { 'decision.by': 'person' } });
  product.portal.updateContact(first, { phones: [], lastName: 'Renamed' });
  await sweepOnce(product);
  await say(product, { id: 'A2', text: 'after' });
  await eventually('the later message', () => countOn(product, [first], 'after') === 1);
  expect((await linkOf(product, phone))?.doubt).toBeNull();
});

test('nothing changed costs one request a sweep, and all linked contacts are looked for with it', async () => {
  await stopWatch(product);
  await followCrm(product.deps, product.portalId);
  product.portal.resetStats();
  await followCrm(product.deps, product.portalId);
  expect(product.portal.stats().requests).toBe(1);
  await forgetSeen();
  product.portal.resetStats();
  await followCrm(product.deps, product.portalId);
  expect(product.portal.stats().requests).toBe(1);
  const link = await linkOf(product, phone);
  expect(await product.store.outbox.hasAny(toLinkTarget(link?._id ?? ''))).toBe(false);
  expect(link?.contactSeenAt?.getTime()).toBeGreaterThan(Date.now() - 60_000);
});

test('a robot that writes all numbers anew overnight moves no link, and causes no storm of look-ups', async () => {
  const { store, portal, portalId, deps } = product;
  await stopWatch(product);
  const e164s = Array.from({ length: 30 }, (_, index) => `+4917200000${String(index + 10)}`);
  const contacts = e164s.map((e164) => portal.addContact({ name: e164, phones: [e164] }));
  for (const [index, e164] of e164s.entries()) {
    await linkOne(store, portalId, await personWith(store, portalId, e164), contacts[index]);
  }
  await followCrm(deps, portalId);
  for (const [index, e164] of e164s.entries()) {
    portal.updateContact(contacts[index] ?? 0, {
      phones: [index % 2 === 0 ? `0${e164.slice(3)}` : e164.slice(1)],
    });
  }
  portal.resetStats();
  await followCrm(deps, portalId);
  expect(portal.stats().requests).toBeLessThan(6);
  const links = await store.links.model.find({ crmContactId: { $in: contacts } }).lean();
  expect(links.map(({ state, doubt }) => ({ state, doubt }))).toEqual(
    contacts.map(() => ({ state: 'linked', doubt: null })),
  );
  expect(await store.reviews.countOpen(portalId)).toEqual({ ambiguous: 0, conflict: 0, unmatched: 0 });
});

test('a look at the changes asks for the plan once, so that an Enterprise portal gets its pace', async () => {
  const { portal, store, portalId } = product;
  await stopWatch(product);
  await store.budgets.model.deleteMany({ _id: portalId });
  portal.setSettings({ licenseFamily: 'ent' });
  await followCrm(product.deps, portalId);
  expect((await store.budgets.load(portalId))?.state).toMatchObject({ plan: 'enterprise' });
});

test('an outage that only the watch sees is told by the portal, and is over with its next answer', async () => {
  const { portal, store, portalId } = product;
  const attentionOf = async () => (await store.portals.load(portalId))?.attention ?? null;
  await store.links.setRhythm((await linkOf(product, phone))?._id ?? '', 'paused', ['rounds', 'parked']);
  portal.setFaults([{ kind: 'revoked', times: -1 }]);
  await eventually(
    'the word of it',
    async () => (await attentionOf())?.code === 'portal_reauthorise',
    60_000,
  );
  portal.setFaults([]);
  await eventually('the end of it', async () => (await attentionOf()) === null);
});
