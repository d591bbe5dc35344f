import { runActivity, settings, useDelivery } from '../../scenes/delivery';
import { addTalk, createMemorySource, talkOf } from '../../scenes/history-source';

const delivery = useDelivery();
const noon = new Date(new Date(Date.now() - 2 * 86_400_000).setUTCHours(12, 0, 0, 0));

test('what is new is told with the next round, however much of the past waits', async () => {
  const { store, portalId } = delivery;
  const source = createMemorySource();
  const activities = delivery.createProcess({
    historyOf: () => source,
    settings: { ...settings, historyShareMs: 0 },
  });
  const linked = await delivery.link();
  const talk = talkOf(linked.phone, 300, noon);
  addTalk(source, talk);
  const [account] = await store.accounts.list();
  const accountId = account?._id ?? '';
  const { _id: importId } = await store.imports.begin({
    ...{ portalId, accountId, kind: 'history', from: null, to: new Date() },
  });
  await runActivity(activities.importHistory, { importId });
  const live: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    live.push(`live ${round}`);
    await delivery.say(linked, `live ${round}`);
    await delivery.run(activities, [linked]);
    const told = delivery.told(linked.contactId);
    expect(told.filter((text) => text.startsWith('live'))).toEqual(live);
    expect(told.length).toBeLessThan(300);
  }
  const isTold = () => delivery.told(linked.contactId).length === 303;
  while (!isTold()) await delivery.run(activities, [linked]);
  const past = delivery.told(linked.contactId).filter((text) => text.startsWith('h'));
  expect(past).toEqual(talk.map(({ text }) => text));
});
