import { parkLink } from '../../../activities/quiet/park-link';
import { sweepParked } from '../../../activities/watch/sweep-parked';
import { toIncoming } from '../../helpers/incoming';
import { ingestMessage } from '../../../intake/ingest-message';
import type { Store } from '../../../store/store';
import { opened } from '../../scenes/opened';
import { startDelivery, type Linked } from '../../scenes/delivery';
import { sayInGroup } from '../../scenes/group';

/** One for the file: each test has people and a group of its own. */
const delivery = opened(startDelivery, (one) => one.close());

const accountOf = async () => {
  const [account] = await delivery.store.accounts.list();
  if (!account) throw new Error('no account');
  return account;
};

const rhythmOf = async ({ linkId }: Linked) => (await delivery.store.links.load(linkId))?.rhythm;

const park = ({ linkId }: Linked, store: Store = delivery.store): Promise<boolean> =>
  parkLink({ store }, linkId);

let said = 0;

async function ingest({ phone }: Linked, store: Store = delivery.store) {
  said += 1;
  const message = toIncoming({ id: `P${said}`, text: `word ${said}`, peer: phone });
  return ingestMessage(store, await accountOf(), message, 'test');
}

/** A group of these people for which nothing waits. */
async function meet(jid: string, ...members: Linked[]): Promise<void> {
  const here = members.map(({ phone }, index) => ({ text: `here ${index} in ${jid}`, by: phone, jid }));
  await sayInGroup(delivery.store, await accountOf(), ...here);
  const process = delivery.createProcess();
  for (const member of members) await delivery.run(process, [member]);
}

test('a quiet link parks, and doing it again changes nothing', async () => {
  const linked = await delivery.link();
  expect(await park(linked)).toBe(true);
  expect(await park(linked)).toBe(true);
  expect(await rhythmOf(linked)).toBe('parked');
});

test('what came after the last round keeps a link awake', async () => {
  const linked = await delivery.link();
  await ingest(linked);
  expect(await park(linked)).toBe(false);
  expect(await rhythmOf(linked)).toBe('rounds');
});

test('a process that dies before it looked for rows leaves nothing behind: doing it again finds them', async () => {
  const linked = await delivery.link();
  await ingest(linked);
  const { store } = delivery;
  const dying = { ...store, outbox: { ...store.outbox, hasAny: () => Promise.reject(new Error('died')) } };
  await expect(park(linked, dying)).rejects.toThrow('died');
  expect(await rhythmOf(linked)).toBe('parked');
  expect(await park(linked)).toBe(false);
  expect(await rhythmOf(linked)).toBe('rounds');
});

test.each(['before', 'after'])(
  'of a link that parks while a message comes, and looks %s the message asks, one sees the other',
  async (order) => {
    const linked = await delivery.link();
    const { store } = delivery;
    const parking: Promise<boolean>[] = [];
    const whichParked = async (linkIds: readonly string[]) => {
      // The rows are written by now; the link parks here, or only after it was asked.
      if (order === 'before') {
        parking.push(park(linked));
        await parking[0];
      }
      const parked = await store.links.whichParked(linkIds);
      if (order === 'after') parking.push(park(linked));
      return parked;
    };
    const { parkedLinkId } = await ingest(linked, { ...store, links: { ...store.links, whichParked } });
    expect({ isParked: await parking[0], parkedLinkId }).toEqual({ isParked: false, parkedLinkId: null });
  },
);

test('a message that comes between parking and the look is seen by both', async () => {
  const linked = await delivery.link();
  const { store } = delivery;
  let woken: string | null = null;
  const hasAny: Store['outbox']['hasAny'] = async (...targets) => {
    woken = (await ingest(linked)).parkedLinkId;
    return store.outbox.hasAny(...targets);
  };
  expect(await park(linked, { ...store, outbox: { ...store.outbox, hasAny } })).toBe(false);
  expect(woken).toBe(linked.linkId);
  expect(await rhythmOf(linked)).toBe('rounds');
});

test('a member of a group parks while another in rounds carries what waits, and the last one in rounds does not', async () => {
  const [first, second] = [await delivery.link(), await delivery.link()];
  await meet('120363000000000101@g.us', first, second);
  await sayInGroup(delivery.store, await accountOf(), {
    text: 'more',
    by: first.phone,
    jid: '120363000000000101@g.us',
  });
  expect(await park(first)).toBe(true);
  expect(await park(second)).toBe(false);
  expect(await rhythmOf(second)).toBe('rounds');
});

test('two members who park at once do not leave what waits of their group to each other', async () => {
  const members = [await delivery.link(), await delivery.link()];
  await meet('120363000000000102@g.us', ...members);
  await sayInGroup(delivery.store, await accountOf(), {
    text: 'more',
    by: members[0]?.phone ?? '',
    jid: '120363000000000102@g.us',
  });
  for (const { linkId } of members) await delivery.store.links.park(linkId);
  const deps = { store: delivery.store, settings: { backupIntervalMs: 180_000 } };
  const wake = (links: readonly unknown[]) => Promise.resolve(links.length);
  expect(await sweepParked(deps, delivery.portalId, new Date(), wake)).toBe(1);
  const parked = await Promise.all(members.map((member) => park(member)));
  expect(parked).toContain(false);
});

test('a member who missed something of a group does not park', async () => {
  const [first, second] = [await delivery.link(), await delivery.link()];
  await meet('120363000000000103@g.us', first, second);
  const link = await delivery.store.links.load(first.linkId);
  const [member] = await delivery.store.members.listOfPerson(link?.personId ?? '');
  await delivery.store.members.noteMissed(member?.chatId ?? '', [link?.personId ?? '']);
  expect(await park(first)).toBe(false);
  expect(await park(second)).toBe(true);
});
