import type { ActivityDeps } from '../../../activities';
import { retain } from '../../../activities/privacy/retain';
import { addHeldAtBeginning } from '../../../intake/held-messages';
import { toIncoming } from '../../helpers/incoming';
import { useDelivery, type Linked } from '../../scenes/delivery';
import { deliver, findTexts } from '../../scenes/forgetting';
import { runActivity } from '../../scenes/run-activity';
import { toGroupMessage } from '../../scenes/group';

const delivery = useDelivery();
const dayMs = 24 * 3_600_000;
const jid = '120363888000000001@g.us';

/** The sweep's step, so many days from now. */
async function retainIn(days: number, retention: ActivityDeps['retention']): Promise<void> {
  let deps: ActivityDeps | null = null;
  delivery.createProcess({ retention }, (given) => (deps = given));
  const { portalId } = delivery;
  const step = (at: { now: Date }) =>
    deps ? retain(deps, portalId, at.now) : Promise.reject(new Error('no deps'));
  await runActivity(step, { now: new Date(Date.now() + days * dayMs) });
}

const sayTo = ({ phone }: Linked, id: string) =>
  deliver(delivery.store, toIncoming({ id, text: `words of ${id}`, peer: phone, name: 'Klaus' }));

test('each kind goes when its own time is over, and not a day before', async () => {
  const { store } = delivery;
  const linked = await delivery.link();
  await sayTo(linked, 'TOLD');
  await delivery.run(delivery.createProcess(), [linked]);
  await deliver(store, toIncoming({ id: 'HELD', text: 'words of HELD', peer: '+4915112345678' }));
  await deliver(store, toGroupMessage({ id: 'OFF', text: 'words of OFF', by: '+4915112345679', jid }));
  const [account] = await store.accounts.list();
  const group = await store.chats.findGroup(delivery.portalId, jid);
  await store.chats.setPolicy(group?._id ?? '', { mode: 'off', crmContactId: null });
  const owner = { portalId: delivery.portalId, accountId: account?._id ?? '', source: 'test' };
  await store.unreadable.keep(owner, [{ raw: 'words of RAW', why: { code: 'odd', reason: 'odd' } }], 1);
  await store.audit.note({ by: null, action: 'auditedWord', subject: { kind: 'link', id: null } });
  const words = ['words of TOLD', 'words of HELD', 'words of OFF', 'words of RAW', 'auditedWord'];
  const left = async () => (await findTexts(store, words)).map((one) => one.replace('words of ', '')).sort();
  const days = { messages: 10, held: 20, groupsOff: 30, unreadable: 40, audit: 50 };
  const all = ['audit: auditedWord', 'messages: HELD', 'messages: OFF', 'unreadable: RAW'];

  await retainIn(400, {});
  await retainIn(9, days);
  expect(await left()).toEqual([...all, 'entries: TOLD', 'messages: TOLD'].sort());
  await retainIn(11, days);
  expect(await left()).toEqual(all);
  await retainIn(21, days);
  expect(await left()).toEqual(all.filter((one) => !one.endsWith('HELD')));
  await retainIn(31, days);
  expect(await left()).toEqual(['audit: auditedWord', 'unreadable: RAW']);
  await retainIn(51, days);
  expect(await left()).toEqual([]);
});

test('what is still to be told stays, however old; what went is not told again when it comes again', async () => {
  const { store } = delivery;
  const linked = await delivery.link();
  const days = { messages: 1, held: 1, groupsOff: 1, unreadable: 1, audit: 1 };
  await sayTo(linked, 'WAITS');
  // The texts of entries are gone through by their times, and time goes back here.
  await retainIn(400, { ...days, messages: null });
  expect(await findTexts(store, ['words of WAITS'])).toEqual(['messages: words of WAITS']);
  await delivery.run(delivery.createProcess(), [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['words of WAITS']);

  await retainIn(400, days);
  expect(await findTexts(store, ['words of WAITS'])).toEqual([]);
  expect(await sayTo(linked, 'WAITS')).toEqual(['duplicate']);
  await delivery.run(delivery.createProcess(), [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['words of WAITS']);
});

test('held messages that went are not told when their person is linked; what comes after is', async () => {
  const { store } = delivery;
  const phone = '+4915112340000';
  await deliver(store, toIncoming({ id: 'OLD', text: 'words of OLD', peer: phone }));
  await retainIn(400, { held: 1 });
  await deliver(store, toIncoming({ id: 'OLD', text: 'words of OLD', peer: phone }));
  await deliver(store, toIncoming({ id: 'NEW', text: 'words of NEW', peer: phone }));
  const linked = await delivery.link(phone);
  const link = await store.links.load(linked.linkId);
  if (link) await addHeldAtBeginning(store, link);
  await delivery.run(delivery.createProcess(), [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['words of NEW']);
});

test('the portal says for itself what it keeps longer, or for ever', async () => {
  const { store, portalId } = delivery;
  await deliver(store, toIncoming({ id: 'KEEP', text: 'words of KEEP', peer: '+4915112340001' }));
  await store.portals.setRetention(portalId, { held: null });
  await retainIn(400, { held: 1 });
  expect(await findTexts(store, ['words of KEEP'])).toHaveLength(1);
  await store.portals.setRetention(portalId, {});
  await retainIn(400, { held: 1 });
  expect(await findTexts(store, ['words of KEEP'])).toEqual([]);
});
