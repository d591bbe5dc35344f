import type { WorkflowHandle } from '@temporalio/client';
import { pauseSignal, searchAttributes } from '../../workflows/messages';
import { beginLink, beginWatch, endPlot, env, fail, quietRound, quietSweep, usePlots } from '../scenes/plots';

usePlots();

/** The test server must know them, as every server must. */
beforeAll(() =>
  env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(
      Object.values(searchAttributes).map(({ name, type }) => [name, type === 'KEYWORD' ? 2 : 6]),
    ),
  }),
);

const listing = { portalId: 'portal-1' };
const listed = { ...quietRound, listing };

type Fields = Record<string, { data?: Uint8Array | null }>;
const toFacts = (fields: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields as Fields).map(([name, { data }]) => {
      const text = data?.length ? Buffer.from(data).toString() : '[]';
      return [name.replace('ContactLink', ''), JSON.parse(text) as unknown];
    }),
  );

/** What a run told the lists: at its start, and in its events. */
async function toldBy(handle: WorkflowHandle) {
  const { events } = await handle.fetchHistory();
  const [first] = events ?? [];
  const started = first?.workflowExecutionStartedEventAttributes?.searchAttributes?.indexedFields ?? {};
  const upserts = (events ?? []).flatMap(
    (event) => event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields ?? [],
  );
  // The SDK's own upserts name the patches of a run.
  return { start: toFacts(started), upserts: upserts.map(toFacts).filter((facts) => 'State' in facts) };
}

const portal = 'portal-1';
const lastSync = quietRound.lastSyncAt;

test('quiet rounds tell the lists once what they are', async () => {
  const handle = await beginLink({ checkLink: () => listed });
  await env.sleep('40 minutes');
  const { upserts } = await toldBy(handle);
  expect(upserts).toHaveLength(1);
  expect(upserts[0]).toMatchObject({ Portal: portal, State: 'rounds' });
});

test('steps that say nothing of the lists leave no event in them', async () => {
  const handle = await beginLink({ checkLink: () => quietRound });
  await env.sleep('10 minutes');
  expect((await toldBy(handle)).upserts).toEqual([]);
});

test('a delivery, a trouble, its end and a pause are told, each in one event', async () => {
  const later = '2026-11-25T12:09:00.000Z';
  const handle = await beginLink({
    checkLink: (nth) => (nth === 1 ? listed : null),
    uploadMessages: (nth) => {
      if (nth === 1) return { ...listed, delivered: 1, lastBackedUpAt: later };
      if (nth === 2) return fail('portal_unreachable', true);
      return { ...listed, lastBackedUpAt: later };
    },
  });
  await env.sleep('10 minutes');
  await handle.signal(pauseSignal);
  await env.sleep('1 minutes');
  const { upserts } = await toldBy(handle);
  expect(upserts.map(({ State, Attention }) => [State, Attention])).toEqual([
    ['rounds', null],
    ['rounds', null],
    ['rounds', 'portal_unreachable'],
    ['rounds', null],
    ['paused', null],
  ]);
  expect(
    upserts.every(({ LastSync }) => JSON.stringify(LastSync) === JSON.stringify(upserts[0]?.['LastSync'])),
  ).toBe(true);
});

test('parking is told', async () => {
  const handle = await beginLink({ checkLink: () => ({ ...listed, parkAfterQuietRounds: 2 }) });
  await env.sleep('20 minutes');
  expect((await toldBy(handle)).upserts.map(({ State }) => State)).toEqual(['rounds', 'parked']);
});

test('the next run begins with everything, without an event', async () => {
  const handle = await beginLink({ checkLink: () => listed });
  await env.sleep('95 minutes');
  const { start, upserts } = await toldBy(handle);
  expect(start).toMatchObject({ Portal: portal, State: 'rounds' });
  expect(new Date(start['LastSync'] as string)).toEqual(new Date(lastSync ?? 0));
  expect(upserts).toEqual([]);
});

test('a link whose first step fails is found by its trouble', async () => {
  const handle = await beginLink({
    lookUpContact: () => fail('portal_gone', true, [listing]),
  });
  await env.sleep('1 minutes');
  expect((await toldBy(handle)).upserts).toMatchObject([
    { Portal: portal, State: 'pending', Attention: 'portal_gone' },
  ]);
});

test('a watch tells its trouble only, however often it sweeps', async () => {
  const handle = await beginWatch({
    sweepPortal: (nth) => (nth === 4 ? fail('store_unavailable', true) : { ...quietSweep, listing }),
  });
  await env.sleep('20 minutes');
  expect((await toldBy(handle)).upserts.map(({ State, Attention }) => [State, Attention])).toEqual([
    ['watch', null],
    ['watch', 'store_unavailable'],
    ['watch', null],
  ]);
  await endPlot();
});
