import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Activities } from '../../../activities';
import { useDelivery, type Linked } from '../../scenes/delivery';

const delivery = useDelivery();
const other = useDelivery();

const add = 'crm.timeline.comment.add';

async function linkMany(count: number): Promise<Linked[]> {
  const links = await Promise.all(
    Array.from({ length: count }, (_, index) => delivery.link(`+4917155${String(10_000 + index)}`)),
  );
  for (const linked of links) await delivery.say(linked, `hello ${linked.phone}`);
  return links;
}

/** Rounds of all links at once, each third in a process of its own. */
async function runInThree(links: readonly Linked[]): Promise<void> {
  const processes: Activities[] = [1, 2, 3].map(() => delivery.createProcess());
  const share = links.length / processes.length;
  await Promise.all(
    processes.map((process, index) => delivery.run(process, links.slice(index * share, (index + 1) * share))),
  );
}

const countBatches = (fill: Record<string, number>) =>
  Object.values(fill).reduce((sum, count) => sum + count, 0);

/** The most requests that any server of this process had under way at once while `work` went on. */
async function countAtOnce(work: () => Promise<void>): Promise<number> {
  let [now, most] = [0, 0];
  const begun = () => {
    now += 1;
    most = Math.max(most, now);
  };
  const ended = () => {
    now -= 1;
  };
  subscribe('http.server.request.start', begun);
  subscribe('http.server.response.finish', ended);
  await work();
  unsubscribe('http.server.request.start', begun);
  unsubscribe('http.server.response.finish', ended);
  return most;
}

test('three workers fill their batches as one does while fifty wait for each, and the portal refuses none', async () => {
  const links = await linkMany(330);
  delivery.portal.setFaults([{ kind: 'slow', method: add, times: -1, delayMs: 300 }]);
  const most = await countAtOnce(() => runInThree(links));
  const { batchFill, queryLimitExceeded, operationTimeLimit } = delivery.portal.stats();
  // A round that waited too long for its turn leaves its message to the next one.
  await runInThree(links);
  for (const { contactId, phone } of links) expect(delivery.told(contactId)).toEqual([`hello ${phone}`]);
  // 110 for each are three batches; a busy machine may cut one more.
  expect(countBatches(batchFill)).toBeLessThanOrEqual(3 * 4);
  expect([queryLimitExceeded, operationTimeLimit]).toEqual([0, 0]);
  expect(most).toBeLessThanOrEqual(3 * 4);
}, 120_000);

test('three workers with twenty links each send a request or two each', async () => {
  await runInThree(await linkMany(60));
  expect(countBatches(delivery.portal.stats().batchFill)).toBeLessThanOrEqual(3 * 2);
}, 60_000);

test('a portal that answers slowly keeps another one of the same worker from nothing', async () => {
  const links = await linkMany(120);
  const quiet = await other.link();
  await other.say(quiet, 'me');
  delivery.portal.setFaults([{ kind: 'slow', method: add, times: -1, delayMs: 1_000 }]);
  let isSlowDone = false;
  const slow = delivery.run(delivery.createProcess(), links).then(() => (isSlowDone = true));
  await other.run(other.createProcess(), [quiet]);
  expect(other.told(quiet.contactId)).toEqual(['me']);
  expect(isSlowDone).toBe(false);
  await slow;
}, 60_000);
