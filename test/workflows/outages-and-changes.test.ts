import { WithStartWorkflowOperation } from '@temporalio/client';
import type { RoundResult } from '../../workflows/link-state';
import { linkUpdate, statusQuery, unlinkUpdate } from '../../workflows/messages';
import { eventually } from '../scenes/product';
import {
  type Steps,
  minuteMs,
  taskQueue,
  env,
  id,
  scripts,
  quietRound,
  beginLink,
  callsOf,
  minutesOf,
  rounds,
  every3Minutes,
  isOpen,
  fail,
  usePlots,
} from '../scenes/plots';

usePlots();

test('an outage leaves the link alive, is told by its status, and is over when the portal is back', async () => {
  let down = true;
  const handle = await beginLink({
    uploadMessages: () => (down ? fail('portal_unreachable') : quietRound),
  });
  await env.sleep('59 minutes');
  const { attention, state, lastSyncAt } = await handle.query(statusQuery);
  expect({ state, lastSyncAt }).toEqual({ state: 'linked', lastSyncAt: null });
  expect(attention).toMatchObject({
    code: 'portal_unreachable',
    advice: 'Bitrix24 does not answer; messages wait.',
  });
  // The outage began with the first round, and that is what a person reads after an hour of it.
  const sinceMs = (await env.currentTimeMs()) - new Date(attention?.since ?? 0).getTime();
  expect(sinceMs).toBeGreaterThan(57 * minuteMs);
  expect(rounds()).toBeLessThanOrEqual(20 * 4);
  down = false;
  await env.sleep('4 minutes');
  expect(await handle.query(statusQuery)).toMatchObject({
    attention: null,
    lastSyncAt: quietRound.lastSyncAt,
  });
});

test('what no retry heals is tried once a round', async () => {
  const handle = await beginLink({ uploadMessages: () => fail('portal_reauthorise', true) });
  await env.sleep('59 minutes');
  expect(minutesOf('uploadMessages')).toEqual(every3Minutes(20));
  expect((await handle.query(statusQuery)).attention?.code).toBe('portal_reauthorise');
});

test('a link that cannot be established waits for the portal and answers pending meanwhile', async () => {
  let down = true;
  const handle = await beginLink({
    lookUpContact: () => (down ? fail('portal_unreachable') : { kind: 'create' }),
  });
  await env.sleep('10 minutes');
  expect(await handle.query(statusQuery)).toMatchObject({
    state: 'pending',
    attention: { code: 'portal_unreachable' },
  });
  expect(callsOf('lookUpContact').length).toBeLessThanOrEqual(11 * 4);
  down = false;
  await env.sleep('4 minutes');
  expect(await handle.executeUpdate(linkUpdate)).toEqual({ outcome: 'linked', reviewId: null });
  expect(callsOf('createContact')).toHaveLength(1);
  expect(await handle.query(statusQuery)).toMatchObject({ state: 'linked', attention: null });
});

test('a contact that appears while one is made is looked up instead', async () => {
  const handle = await beginLink({
    lookUpContact: (nth) => (nth === 1 ? { kind: 'create' } : { kind: 'found' }),
    createContact: () => ({ kind: 'exists' }),
  });
  await env.sleep('4 minutes');
  expect(await handle.executeUpdate(linkUpdate)).toEqual({ outcome: 'linked', reviewId: null });
  expect(callsOf('createContact')).toHaveLength(1);
  expect(callsOf('lookUpContact')).toHaveLength(2);
});

test.each(['ambiguous', 'unmatched'] as const)(
  'a number that is %s ends the run with its review',
  async (outcome) => {
    const steps: Steps = { lookUpContact: () => ({ kind: 'review', outcome, reviewId: 'review-1' }) };
    scripts.set(id, { steps, calls: [], beganAtMs: null });
    const startWorkflowOperation = new WithStartWorkflowOperation('contactLinkWorkflow', {
      workflowId: id,
      taskQueue,
      args: [{ linkId: id }],
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    const answer = await env.client.workflow.executeUpdateWithStart(linkUpdate, { startWorkflowOperation });
    expect(answer).toEqual({ outcome, reviewId: 'review-1' });
    const handle = env.client.workflow.getHandle(id);
    await eventually('the end of the run', async () => !(await isOpen(handle)));
    expect((await handle.describe()).status.name).toBe('COMPLETED');
    expect(await handle.query(statusQuery)).toMatchObject({ state: 'unlinked' });
    expect(rounds()).toBe(0);
  },
);

test('unlinking ends the run after what may still be on its way is settled', async () => {
  let state: RoundResult['state'] = 'linked';
  const handle = await beginLink({
    uploadMessages: () => ({ ...quietRound, state }),
    changeLink: (nth) => {
      if (nth === 1) return { finished: false, retryAfterMs: 10_000, state: 'unlinking' };
      state = 'unlinked';
      return { finished: true, retryAfterMs: null, state: 'unlinked' };
    },
  });
  await env.sleep('4 minutes');
  const update = handle.executeUpdate(unlinkUpdate);
  await eventually('the first try', () => callsOf('changeLink').length === 1);
  await env.sleep('15 seconds');
  await update;
  await eventually('the end of the run', async () => !(await isOpen(handle)));
  expect((await handle.describe()).status.name).toBe('COMPLETED');
  expect(await handle.query(statusQuery)).toMatchObject({ state: 'unlinked' });
  expect(callsOf('changeLink')).toHaveLength(2);
});

test('a change that a round finds, because its update was lost, is carried out', async () => {
  let change: 'none' | 'waits' | 'done' = 'none';
  const handle = await beginLink({
    uploadMessages: () => ({
      ...quietRound,
      changeWaits: change === 'waits',
      state: change === 'done' ? 'unlinked' : change === 'waits' ? 'unlinking' : 'linked',
    }),
    changeLink: () => {
      change = 'done';
      return { finished: true, retryAfterMs: null, state: 'unlinked' };
    },
  });
  await env.sleep('1 minute');
  change = 'waits';
  await env.sleep('3 minutes');
  await eventually('the end of the run', async () => !(await isOpen(handle)));
  expect(callsOf('changeLink')).toHaveLength(1);
});

test('a change asked for while the link waits at the end of a run is carried out at once', async () => {
  let state: RoundResult['state'] = 'linked';
  const handle = await beginLink({
    uploadMessages: () => ({ ...quietRound, state, changeWaits: state === 'unlinking' }),
    changeLink: () => {
      state = 'unlinked';
      return { finished: true, retryAfterMs: null, state: 'unlinked' };
    },
  });
  await env.sleep('88 minutes');
  expect(rounds()).toBe(30);
  state = 'unlinking';
  const beforeMs = await env.currentTimeMs();
  const update = handle.executeUpdate(unlinkUpdate).catch(() => null);
  await eventually('the change', async () => {
    if (callsOf('changeLink').length === 1) return true;
    await env.sleep('5 seconds');
    return false;
  });
  await update;
  expect((await env.currentTimeMs()) - beforeMs).toBeLessThan(15_000);
});

test('a link that is gone from the store ends its run', async () => {
  const handle = await beginLink({ uploadMessages: (nth) => (nth === 3 ? null : quietRound) });
  await env.sleep('7 minutes');
  await eventually('the end of the run', async () => !(await isOpen(handle)));
  expect(rounds()).toBe(3);
});
