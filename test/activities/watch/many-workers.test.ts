import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isDeepStrictEqual } from 'node:util';
import type { Activities } from '../../../activities';
import { useDelivery, type Linked } from '../../scenes/delivery';
import { eventually } from '../../scenes/product';

const delivery = useDelivery();
const other = useDelivery();

const add = 'crm.timeline.comment.add';
const toText = (index: number) => `hello ${index}`;

const linkMany = (count: number): Promise<Linked[]> => delivery.linkMany(count, toText);

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

const isToldOnce = ({ contactId }: Linked, index: number) =>
  isDeepStrictEqual(delivery.told(contactId), [toText(index)]);

/** A round that waited too long for its turn, or for an answer, leaves its message to the next one. */
const runUntilTold = (links: readonly Linked[]) =>
  eventually(
    'every message on its page',
    async () => {
      if (!links.every(isToldOnce)) await runInThree(links);
      return links.every(isToldOnce);
    },
    200_000,
  );

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
  const links = await linkMany(165);
  delivery.portal.setFaults([{ kind: 'slow', method: add, times: -1, delayMs: 150 }]);
  const most = await countAtOnce(() => runInThree(links));
  const { batchFill, queryLimitExceeded, operationTimeLimit } = delivery.portal.stats();
  await runUntilTold(links);
  // 55 for each are two batches. A busy machine cuts more; `bench:delivery` has the figures of a quiet one.
  expect(countBatches(batchFill)).toBeLessThanOrEqual(links.length / 10);
  expect([queryLimitExceeded, operationTimeLimit]).toEqual([0, 0]);
  expect(most).toBeLessThanOrEqual(3 * 4);
});

test('three workers with twenty links each send few requests', async () => {
  const links = await linkMany(60);
  await runUntilTold(links);
  // A request or two each on a quiet machine.
  expect(countBatches(delivery.portal.stats().batchFill)).toBeLessThanOrEqual(links.length / 3);
});

test('a portal that answers slowly keeps another one of the same worker from nothing', async () => {
  const links = await linkMany(60);
  const quiet = await other.link();
  await other.say(quiet, 'me');
  delivery.portal.setFaults([{ kind: 'slow', method: add, times: -1, delayMs: 1_000 }]);
  let isSlowDone = false;
  const slow = delivery.run(delivery.createProcess(), links).then(() => (isSlowDone = true));
  await other.run(other.createProcess(), [quiet]);
  expect(other.told(quiet.contactId)).toEqual(['me']);
  expect(isSlowDone).toBe(false);
  await slow;
});
