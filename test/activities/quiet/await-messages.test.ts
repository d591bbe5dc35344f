import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Activities, ActivityDeps } from '../../../activities';
import { settings, useDelivery } from '../../scenes/delivery';

const delivery = useDelivery();
const logger = new DefaultLogger('ERROR', () => undefined);
const { backupIntervalMs: intervalMs } = settings;

interface Try {
  attempt: number;
  /** Intervals since the activity was scheduled; as many as tries unless given. */
  intervals?: number;
  rounds?: number;
}

/** One try: what it answered, or the failure by which Temporal makes the next one. */
async function tryOnce(
  { awaitMessages }: Activities,
  linkId: string,
  { attempt, intervals = attempt, rounds = 20 }: Try,
): Promise<Awaited<ReturnType<Activities['awaitMessages']>> | ApplicationFailure> {
  const scheduledTimestampMs = Date.now() - (intervals - 0.5) * intervalMs;
  const context = new MockActivityEnvironment({ attempt, scheduledTimestampMs }, { logger });
  try {
    return await context.run(awaitMessages as (given: object) => ReturnType<typeof awaitMessages>, {
      linkId,
      rounds,
    });
  } catch (error) {
    if (error instanceof ApplicationFailure) return error;
    throw error;
  }
}

const load = async (linkId: string) => {
  const link = await delivery.store.links.load(linkId);
  if (!link) throw new Error('no such link');
  return link;
};

test('the first try, right after a round, only arms the next one at the place of the link', async () => {
  const activities = delivery.createProcess();
  const { linkId } = await delivery.link();
  const failure = await tryOnce(activities, linkId, { attempt: 1 });
  expect(failure).toMatchObject({
    type: 'nothing_waits',
    nonRetryable: false,
    category: ApplicationFailureCategory.BENIGN,
    message: expect.stringContaining('No fault') as string,
    stack: '',
  });
  const delayMs = Number((failure as ApplicationFailure).nextRetryDelay);
  expect(delayMs).toBeGreaterThan(0);
  expect(delayMs).toBeLessThanOrEqual(intervalMs * 1.05 + 1);
  expect((await load(linkId)).lastCheckedAt).toBeNull();
});

test('a try that finds nothing moves both clocks and asks for the next one', async () => {
  const rounds: string[] = [];
  const activities = delivery.createProcess({ onRound: (outcome) => rounds.push(outcome) });
  const { linkId } = await delivery.link();
  const before = new Date();
  expect(await tryOnce(activities, linkId, { attempt: 2 })).toMatchObject({ type: 'nothing_waits' });
  const { lastCheckedAt, lastSyncAt, lastTriedAt } = await load(linkId);
  expect(lastCheckedAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
  expect([lastSyncAt, lastTriedAt]).toEqual([lastCheckedAt, lastCheckedAt]);
  expect(rounds).toEqual(['quiet']);
});

test('a message, a pause, a change, an attention and a parked link are for a whole round, and the clocks stay', async () => {
  const activities = delivery.createProcess();
  const { links } = delivery.store;
  const set = async (change: object) => {
    const { linkId } = await delivery.link();
    await links.model.updateOne({ _id: linkId }, { $set: change });
    return linkId;
  };
  const told = await delivery.link();
  await delivery.say(told, 'one');
  const ids = [
    told.linkId,
    await set({ rhythm: 'paused' }),
    await set({ rhythm: 'parked' }),
    await set({ change: { kind: 'unlink' } }),
    await set({ attention: { code: 'contact_gone', advice: '', since: '' } }),
    await set({ state: 'unlinked' }),
    'no-such-link',
  ];
  const tries = ids.map((linkId) => tryOnce(activities, linkId, { attempt: 5 }));
  expect(await Promise.all(tries)).toEqual(ids.map(() => null));
  expect((await load(told.linkId)).lastCheckedAt).toBeNull();
});

test('enough quiet rounds are answered with their number and what parking compares', async () => {
  const activities = delivery.createProcess();
  const { linkId } = await delivery.link();
  expect(await tryOnce(activities, linkId, { attempt: 20, rounds: 20 })).toMatchObject({
    type: 'nothing_waits',
  });
  const { arrivals } = await load(linkId);
  expect(await tryOnce(activities, linkId, { attempt: 21, rounds: 20 })).toMatchObject({
    ...{ quietRounds: 20, quiet: true, state: 'linked', arrivals, awaits: true },
  });
});

test('neither tries that died nor intervals without a worker are quiet rounds', async () => {
  const activities = delivery.createProcess();
  const { linkId } = await delivery.link();
  const many = await tryOnce(activities, linkId, { attempt: 40, intervals: 3, rounds: 20 });
  const long = await tryOnce(activities, linkId, { attempt: 3, intervals: 400, rounds: 20 });
  expect([many, long]).toEqual([
    expect.objectContaining({ type: 'nothing_waits' }),
    expect.objectContaining({ type: 'nothing_waits' }),
  ]);
});

test('links that are due in one moment are looked at together', async () => {
  let looks = 0;
  const count = (deps: ActivityDeps): ActivityDeps => {
    const { links } = deps.store;
    const loadMany: typeof links.loadMany = (ids) => {
      looks += 1;
      return links.loadMany(ids);
    };
    return { ...deps, store: { ...deps.store, links: { ...links, loadMany } } };
  };
  const activities = delivery.createProcess({}, count);
  const linked = await delivery.linkMany(30, () => 'one');
  const tries = linked.map(({ linkId }) => tryOnce(activities, linkId, { attempt: 2 }));
  expect(await Promise.all(tries)).toEqual(linked.map(() => null));
  expect(looks).toBeLessThan(10);
});

test('where the store cannot be asked, a whole round finds out and says so', async () => {
  const broken = (deps: ActivityDeps): ActivityDeps => ({
    ...deps,
    store: {
      ...deps.store,
      links: { ...deps.store.links, loadMany: () => Promise.reject(new Error('away')) },
    },
  });
  const activities = delivery.createProcess({}, broken);
  const { linkId } = await delivery.link();
  expect(await tryOnce(activities, linkId, { attempt: 2 })).toBeNull();
});
