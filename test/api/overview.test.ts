import { startApi, type ApiServer } from '../scenes/api';
import { useDelivery } from '../scenes/delivery';

const delivery = useDelivery();

async function withApi<T>(look: (api: ApiServer) => Promise<T>): Promise<T> {
  const api = await startApi({ store: delivery.store });
  try {
    return await look(api);
  } finally {
    await api.stop();
  }
}

const overview = () => withApi(async (api) => (await api.get('/api/v1/overview')).body.portals[0]);

test('an overview counts links, what waits and since when, what needs a person, and the sources', async () => {
  const { store, portalId } = delivery;
  const [one, two, three] = [await delivery.link(), await delivery.link(), await delivery.link()];
  await delivery.say(one, 'first');
  await delivery.say(one, 'second');
  await store.links.setRhythm(two.linkId, 'paused', ['rounds']);
  const attention = { code: 'contact_gone', advice: 'Choose one.', since: new Date().toISOString() };
  await store.links.setAttention(three.linkId, attention);
  const shown = await overview();
  expect(shown).toMatchObject({
    ...{ portalId, host: 'loopback', origin: delivery.portal.url, outage: null },
    links: { pending: 0, linked: 3, paused: 1, parked: 0, unlinking: 0, unlinked: 0 },
    needAttention: [{ code: 'contact_gone', links: 1 }],
    ...{
      openReviews: 0,
      reviews: { ambiguous: 0, unmatched: 0, conflict: 0 },
      waitingMessages: 2,
      lastRoundAt: null,
    },
    sources: [{ kind: 'ingest', name: 'Sales', phone: '+491700000001' }],
    backedUp: { messages: 0, p50Ms: null, p99Ms: null },
  });
  expect(Date.parse(shown.oldestWaitingSince)).toBeLessThanOrEqual(Date.now());
  expect(shown.backedUp.hours).toHaveLength(24);
});

test('what was backed up is counted by the hour, with how long it took, and the budget that it used', async () => {
  const linked = await delivery.link();
  for (const text of ['a', 'b', 'c']) await delivery.say(linked, text);
  await delivery.run(delivery.createProcess(), [linked]);
  const shown = await overview();
  expect(shown).toMatchObject({ waitingMessages: 0, oldestWaitingSince: null });
  expect(shown.backedUp.messages).toBe(3);
  const hours = shown.backedUp.hours.filter(({ messages }: { messages: number }) => messages > 0);
  expect(hours).toEqual([expect.objectContaining({ messages: 3, p50Ms: expect.any(Number) })]);
  expect(shown.backedUp.p99Ms).toBeGreaterThanOrEqual(shown.backedUp.p50Ms);
  expect(shown.budget.requests).toBeGreaterThanOrEqual(0);
  expect(shown.budget.methodTime).toMatchObject({ share: expect.any(Number) });
  expect(Date.parse(shown.lastRoundAt)).toBeGreaterThan(0);
});

test('an hour that is over is read once and kept; no entry is counted twice, and history not as fresh', async () => {
  const { store, portalId } = delivery;
  const linked = await delivery.link();
  await delivery.say(linked, 'old');
  await delivery.run(delivery.createProcess(), [linked]);
  const hourAgo = (minutes: number) => new Date(Date.UTC(2026, 0, 1, 12, minutes));
  const set = { deliveredAt: hourAgo(10), newestAt: hourAgo(9), lane: 'live' as const };
  await store.entries.model.updateMany({}, { $set: set });
  const list = (now: Date) => store.deliveryHours.listLast(store, portalId, 3, now);
  const ofNoon = async (now: Date) => (await list(now)).find(({ hour }) => hour.getUTCHours() === 12);
  expect(await ofNoon(hourAgo(30))).toMatchObject({ messages: 1, freshness: { 24: 1 } });
  expect(await store.deliveryHours.model.countDocuments({ hour: hourAgo(0) })).toBe(0);
  await ofNoon(hourAgo(75));
  await ofNoon(hourAgo(75));
  await store.entries.model.deleteMany({});
  expect(await ofNoon(hourAgo(80))).toMatchObject({ messages: 1, freshness: { 24: 1 } });
});

test('a message says where it is: waiting, on the page, refused and why, removed', async () => {
  const { store } = delivery;
  const linked = await delivery.link();
  await delivery.say(linked, 'told');
  await delivery.run(delivery.createProcess(), [linked]);
  await delivery.say(linked, 'waits');
  const [chat] = await store.chats.list({}, { after: null, limit: 1 });
  const states = () =>
    withApi(async (api) => {
      const { body } = await api.get(`/api/v1/chats/${chat?._id}/messages`);
      return body.items.map(
        ({ versions: [version] }: { versions: { delivery: object }[] }) => version?.delivery,
      );
    });
  const [entry] = await delivery.entries(linked);
  const [told, waits] = await states();
  expect(told).toMatchObject({
    ...{ state: 'onPage', entryId: entry?._id, crmContactId: linked.contactId },
    ...{ commentId: entry?.commentId, reason: null, deliveredAt: expect.any(String) },
  });
  expect(waits).toMatchObject({ state: 'waiting', entryId: null, commentId: null });
  const change = (set: object) => store.entries.model.updateMany({ chatId: chat?._id ?? '' }, { $set: set });
  await change({ placeholder: true, refused: { text: 't', code: 'TEXT_REFUSED', textRules: 1 } });
  expect((await states())[0]).toMatchObject({ state: 'refused', reason: 'TEXT_REFUSED' });
  await change({ state: 'sending' });
  expect((await states())[0]).toMatchObject({ state: 'sending' });
  await change({ state: 'removed' });
  expect((await states())[0]).toMatchObject({ state: 'removed' });
  await store.outbox.model.deleteMany({});
  expect((await states())[1]).toMatchObject({ state: 'none' });
});

test('/metrics shows how everything stands, without an id, a name or a phone', async () => {
  const { store } = delivery;
  const [one, two] = [await delivery.link(), await delivery.link()];
  await delivery.say(one, 'first');
  await store.links.setRhythm(two.linkId, 'parked', ['rounds']);
  await store.links.setAttention(two.linkId, {
    code: 'contact_gone',
    advice: 'Choose.',
    since: new Date().toISOString(),
  });
  const shown = String(await withApi(async (api) => (await api.get('/metrics')).body));
  for (const line of [
    'links{state="linked"} 2',
    'links{state="parked"} 1',
    'links_needing_attention{code="contact_gone"} 1',
    'reviews_open{kind="ambiguous"} 0',
    'waiting_messages 1',
    'sources{state="unknown"} 1',
    'state_figures_up 1',
  ])
    expect(shown.split('\n')).toContain(line);
  expect(shown).toMatch(/^oldest_waiting_seconds \d/m);
  expect(shown).toMatch(/^portal_budget_used_ratio\{budget="requests"\} \d/m);
  for (const hidden of [delivery.portalId, one.linkId, 'Sales', '491700000001'])
    expect(shown).not.toContain(hidden);
});
