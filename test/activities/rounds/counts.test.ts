import type { ActivityDeps } from '../../../activities';
import { runActivity, startDelivery, type Delivery, type Linked } from '../../scenes/delivery';

let delivery: Delivery;
let counted: string[];
let counting: Pick<ActivityDeps, 'onRound' | 'onEntry'>;

beforeEach(async () => {
  delivery = await startDelivery();
  counted = [];
  counting = {
    onRound: (outcome) => counted.push(`round ${outcome}`),
    onEntry: (outcome) => counted.push(`entry ${outcome}`),
  };
});
afterEach(async () => {
  await delivery.close();
});

const add = 'crm.timeline.comment.add';
const takeCounted = () => counted.splice(0);

async function unlink({ linkId }: Linked): Promise<void> {
  const { store, portalId } = delivery;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'unlink' });
  const change = { kind: 'unlink', crmContactId: null, entries: 'keep', remember: false } as const;
  await store.links.requestChange(linkId, { ...change, operationId: operation._id });
}

test('a round is counted once: quiet, backed up, or failed while something is left', async () => {
  const process = delivery.createProcess(counting);
  const linked = await delivery.link();
  await runActivity(process.checkLink, { linkId: linked.linkId });
  expect(takeCounted()).toEqual(['round quiet']);
  await delivery.say(linked, 'one');
  expect(await runActivity(process.checkLink, { linkId: linked.linkId })).toBeNull();
  expect(takeCounted()).toEqual([]);
  await delivery.run(process, [linked]);
  expect(takeCounted()).toEqual(['entry delivered', 'round backed-up']);
  await delivery.run(process, [linked]);
  expect(takeCounted()).toEqual(['round quiet']);
});

test('a lost answer is counted as unknown, and as reconciled when the page shows it', async () => {
  const process = delivery.createProcess(counting);
  const linked = await delivery.link();
  await delivery.say(linked, 'one');
  delivery.portal.setFaults([{ kind: 'dropAnswer', method: add }]);
  await delivery.run(process, [linked]);
  expect(takeCounted()).toEqual(['entry unknown', 'round failed']);
  await delivery.waitOut();
  await delivery.run(process, [linked]);
  expect(takeCounted()).toEqual(['entry reconciled', 'round backed-up']);
});

test('a refused text is counted, then its placeholder; a refusal that stays is cancelled by the end of the link', async () => {
  const process = delivery.createProcess(counting);
  const linked = await delivery.link();
  await delivery.say(linked, 'one');
  delivery.portal.setFaults([{ kind: 'refuse', error: 'INVALID_ARG_VALUE', method: add }]);
  await delivery.run(process, [linked]);
  expect(takeCounted()).toEqual(['entry refused', 'entry delivered', 'round backed-up']);
  await delivery.say(linked, 'two');
  delivery.portal.setFaults([{ kind: 'refuse', error: 'ACCESS_DENIED', method: add }]);
  await delivery.run(process, [linked]);
  expect(takeCounted()).toEqual(['entry refused', 'round failed']);
  await unlink(linked);
  await runActivity(process.changeLink, { linkId: linked.linkId });
  expect(takeCounted()).toEqual(['entry cancelled']);
});

test('a round that the portal fails is counted as failed', async () => {
  const process = delivery.createProcess(counting);
  const linked = await delivery.link();
  await delivery.say(linked, 'one');
  await delivery.portal.stop();
  expect(await delivery.run(process, [linked])).toEqual([expect.any(Error)]);
  expect(takeCounted()).toEqual(['round failed']);
});

test('a round says how late it is, and a live entry how long its newest message took; what is not due is not late', async () => {
  const late: unknown[] = [];
  const took: unknown[] = [];
  const process = delivery.createProcess({
    onRound: (_outcome, lateMs) => late.push(lateMs),
    onEntry: (_outcome, tookMs) => took.push(tookMs),
  });
  const linked = await delivery.link();
  await delivery.say(linked, 'one');
  await delivery.run(process, [linked]);
  expect([late.splice(0), took]).toEqual([[null], [expect.any(Number)]]);
  const { model } = delivery.store.links;
  const intervalMs = delivery.settings.backupIntervalMs;
  await model.updateOne({ _id: linked.linkId }, { lastTriedAt: new Date(Date.now() - intervalMs - 60_000) });
  await runActivity(process.checkLink, { linkId: linked.linkId });
  expect(late[0]).toBeGreaterThanOrEqual(60_000);
  await runActivity(process.checkLink, { linkId: linked.linkId });
  expect(late[1]).toBe(0);
});
