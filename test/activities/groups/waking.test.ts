import type { Client } from '@temporalio/client';
import { toLinkWorkflowId } from '../../../domain/ids';
import { runActivity, useDelivery, type Linked } from '../../scenes/delivery';
import { sayInGroup, type SaidInGroup } from '../../scenes/group';

const delivery = useDelivery();
let woken: string[];

beforeEach(() => {
  woken = [];
});

const client = {
  withAbortSignal: <T>(_: AbortSignal, call: () => T): T => call(),
  workflow: {
    signalWithStart: (_: string, { workflowId }: { workflowId: string }) => {
      woken.push(workflowId);
      return Promise.resolve();
    },
  },
} as unknown as Client;

const sweep = () =>
  runActivity(delivery.createProcess().sweepPortal, { portalId: delivery.portalId }, client);

async function say(...said: SaidInGroup[]): Promise<string[]> {
  const [account] = await delivery.store.accounts.list();
  return account ? (await sayInGroup(delivery.store, account, ...said)).parkedLinkIds : [];
}

async function parkThree(): Promise<Linked[]> {
  const members = [await delivery.link(), await delivery.link(), await delivery.link()];
  await say(...members.map(({ phone }, index) => ({ text: `hello ${index}`, by: phone })));
  const process = delivery.createProcess();
  for (const member of members) await delivery.run(process, [member]);
  for (const { linkId } of members) await delivery.store.links.setRhythm(linkId, 'parked', ['rounds']);
  return members;
}

const checkedAt = async ({ linkId }: Linked) =>
  (await delivery.store.links.load(linkId))?.lastCheckedAt?.getTime() ?? 0;

test('of the parked members of a group one is woken for a message, and the sweep wakes the next when that one is paused', async () => {
  const { links } = delivery.store;
  const members = await parkThree();
  const [asked, ...none] = await say({ text: 'more', by: members[0]?.phone ?? '' });
  expect(none).toEqual([]);
  const first = members.find(({ linkId }) => linkId === asked);
  const others = members.filter(({ linkId }) => linkId !== asked);
  expect(first).toBeDefined();
  await links.setRhythm(first?.linkId ?? '', 'paused', ['parked']);
  const before = await Promise.all(others.map(checkedAt));
  await sweep();
  expect(woken).toHaveLength(1);
  expect(others.map(({ linkId }) => toLinkWorkflowId(linkId))).toContain(woken[0]);
  expect(await Promise.all(others.map(checkedAt))).toEqual(before);
});

test('a parked member who missed something is woken, and parked members of quiet groups are stamped together', async () => {
  const members = await parkThree();
  const before = await Promise.all(members.map(checkedAt));
  await sweep();
  expect(woken).toEqual([]);
  const after = await Promise.all(members.map(checkedAt));
  expect(after.every((at, index) => at > (before[index] ?? 0))).toBe(true);
  const [first] = members;
  const link = await delivery.store.links.load(first?.linkId ?? '');
  const [member] = await delivery.store.members.listOfPerson(link?.personId ?? '');
  await delivery.store.members.noteMissed(member?.chatId ?? '', [link?.personId ?? '']);
  await sweep();
  expect(woken).toEqual([toLinkWorkflowId(first?.linkId ?? '')]);
});

test('a drain delivers what waits in a group, too', async () => {
  const members = await parkThree();
  await say({ text: 'more', by: members[0]?.phone ?? '' });
  const process = delivery.createProcess();
  const drained = await runActivity(process.drainPortal, { portalId: delivery.portalId }, client);
  expect(drained.delivered).toBe(1);
  for (const { contactId } of members) expect(delivery.told(contactId).at(-1)).toBe('more');
});
