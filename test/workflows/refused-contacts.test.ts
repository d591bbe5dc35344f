import { backUpNowSignal, linkUpdate, resumeSignal, statusQuery } from '../../workflows/messages';
import { beginLink, callsOf, env, minuteMs, usePlots } from '../scenes/plots';
import { eventually } from '../scenes/product';

usePlots();

const attention = {
  code: 'ask_administrator',
  advice: 'Bitrix24 requires BRANCH. Next try: 2026-11-26 09:00 UTC, or when you ask.',
  since: '2026-11-26T08:00:00.000Z',
};
const refused = (retryAfterMs: number) => ({ kind: 'refused' as const, attention, retryAfterMs });

test('a refused contact is asked for again after its pause, without a look-up before it', async () => {
  const handle = await beginLink({
    lookUpContact: () => ({ kind: 'create' }),
    createContact: (nth) => refused(2 ** (nth - 1) * minuteMs),
  });
  await env.sleep('62 minutes');
  expect(callsOf('createContact').map(({ atMs }) => Math.round(atMs / minuteMs))).toEqual([
    0, 1, 3, 7, 15, 31,
  ]);
  expect(callsOf('lookUpContact')).toHaveLength(1);
  const status = await handle.query(statusQuery);
  expect(status).toMatchObject({ state: 'pending', attention });
  expect(new Date(status.nextRoundAt ?? 0).getTime()).toBeGreaterThan(await env.currentTimeMs());
});

test.each([resumeSignal, backUpNowSignal])(
  'a wake asks once about a refused contact, which the portal has now',
  async (signal) => {
    const handle = await beginLink({
      lookUpContact: () => ({ kind: 'create' }),
      createContact: (nth) => (nth < 3 ? refused(24 * 60 * minuteMs) : { kind: 'created' }),
    });
    await env.sleep('2 hours');
    await handle.signal(signal);
    await env.sleep('10 minutes');
    expect(callsOf('createContact')).toHaveLength(2);
    await handle.signal(signal);
    await eventually('the contact', () => callsOf('recordLink').length === 1);
    expect(await handle.executeUpdate(linkUpdate)).toEqual({ outcome: 'linked', reviewId: null });
    expect(callsOf('lookUpContact')).toHaveLength(1);
  },
);

test('a number that keeps getting an owner while its contact is made is asked about ever more rarely', async () => {
  await beginLink({
    lookUpContact: () => ({ kind: 'create' }),
    createContact: () => ({ kind: 'exists' }),
  });
  await env.sleep('10 minutes');
  expect(callsOf('createContact').length).toBeLessThan(18);
});
