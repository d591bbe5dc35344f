import type { Fault } from '../../../sandbox/portal';
import { useDelivery, type Linked } from '../../scenes/delivery';
import { eventually } from '../../scenes/product';

const delivery = useDelivery();

test('several answers in a row that never come make an outage; one lost answer does not', async () => {
  const links = await linkMany(8);
  delivery.portal.setFaults([{ kind: 'dropAnswer', times: 3 }]);
  const process = delivery.createProcess();
  for (const linked of links.slice(0, 3)) await delivery.run(process, [linked]);
  const before = delivery.portal.stats().requests;
  await delivery.run(process, links.slice(3));
  // Five that know of no outage would share a request or ask by themselves; where its pause is over, one tries.
  expect(delivery.portal.stats().requests).toBeLessThanOrEqual(before + 1);
  expect(links.slice(3).flatMap(({ contactId }) => delivery.told(contactId)).length).toBeLessThanOrEqual(1);
});

const linkMany = (count: number): Promise<Linked[]> => delivery.linkMany(count, (index) => `hello ${index}`);

const attentionOfPortal = async () =>
  (await delivery.store.portals.load(delivery.portalId))?.attention?.code ?? null;

test.each<[string, Fault, string]>([
  ['is down', { kind: 'down', times: -1 }, 'portal_unreachable'],
  ['no longer accepts our access', { kind: 'revoked', times: -1 }, 'portal_reauthorise'],
  ['has a plan without REST', { kind: 'noRest', times: -1 }, 'ask_administrator'],
])(
  'many links of a portal that %s cost a few requests, and one that is answered releases them all',
  async (_what, fault, code) => {
    const links = await linkMany(40);
    const processes = [delivery.createProcess(), delivery.createProcess()] as const;
    delivery.portal.setFaults([fault]);
    delivery.portal.resetStats();
    const runAll = () =>
      Promise.all([
        delivery.run(processes[0], links.slice(0, 20)),
        delivery.run(processes[1], links.slice(20)),
      ]);
    const startedAtMs = performance.now();
    const elapsedMs = () => performance.now() - startedAtMs;
    await eventually('the word of it', async () => {
      await runAll();
      return elapsedMs() > 4_000 && (await attentionOfPortal()) === code;
    });
    // At most one a second, or one every three where somebody must act, and those that were under way at its begin.
    expect(delivery.portal.stats().requests).toBeLessThanOrEqual(5 + elapsedMs() / 1_000);
    const link = await delivery.store.links.load(links[7]?.linkId ?? '');
    expect(link?.attention?.code).toBe(code);
    delivery.portal.setFaults([]);
    await eventually('the recovery', async () => {
      await runAll();
      return links.every(({ contactId }) => delivery.told(contactId).length > 0);
    });
    links.forEach(({ contactId }, index) => expect(delivery.told(contactId)).toEqual([`hello ${index}`]));
    expect(await attentionOfPortal()).toBeNull();
    expect((await delivery.store.links.load(links[7]?.linkId ?? ''))?.attention).toBeNull();
  },
);

test.each<[Fault['kind'], string]>([
  ['overload', 'portal_blocked'],
  ['deletedPortal', 'portal_gone'],
])('a portal in the state %s is asked once, and then once in a pause that grows', async (kind, code) => {
  const links = await linkMany(10);
  delivery.portal.setFaults([{ kind, times: -1 }]);
  const process = delivery.createProcess();
  const startedAtMs = performance.now();
  const pauses = () => Math.floor(Math.log2((performance.now() - startedAtMs) / 1_000 + 1));
  await delivery.run(process, links);
  const { requests } = delivery.portal.stats();
  // One on a quiet machine; a busy one may have more under way at its begin.
  expect(requests).toBeLessThanOrEqual(4 + pauses());
  for (let round = 0; round < 4; round += 1) await delivery.run(process, links);
  expect(delivery.portal.stats().requests).toBeLessThanOrEqual(requests + pauses());
  expect(await attentionOfPortal()).toBe(code);
});

test('a comment whose outcome is not known yet does not end what a link has to tell', async () => {
  const [linked] = (await linkMany(1)) as [Linked];
  const attention = { code: 'portal_unreachable', advice: 'It waits.', since: new Date().toISOString() };
  await delivery.store.links.setAttention(linked.linkId, attention);
  delivery.portal.setFaults([{ kind: 'dropAnswer', times: 1 }]);
  const process = delivery.createProcess();
  await delivery.run(process, [linked]);
  expect((await delivery.store.links.load(linked.linkId))?.attention).toEqual(attention);
  await delivery.waitOut();
  await delivery.run(process, [linked]);
  expect((await delivery.store.links.load(linked.linkId))?.attention).toBeNull();
  expect(delivery.told(linked.contactId)).toEqual(['hello 0']);
});
