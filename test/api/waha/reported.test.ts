import { startApi, wahaMessage, type ApiServer } from '../../scenes/api';
import { useDelivery, type Linked } from '../../scenes/delivery';

/** What people reported of deliveries that cross each other, from the hook to the page. */
const delivery = useDelivery();
const key = 'a-key-of-sixteen-letters';
const noon = Date.UTC(2026, 10, 20, 12) / 1_000;
let api: ApiServer;
let accountId: string;
let linked: Linked;
let process: ReturnType<typeof delivery.createProcess>;

beforeEach(async () => {
  const { store, portalId } = delivery;
  api = await startApi({ store });
  const fresh = { portalId, kind: 'waha', e164: '+49301234567', name: 'Sales', hmacKey: key } as const;
  accountId = (await store.accounts.add(fresh)).account._id;
  process = delivery.createProcess();
  linked = await delivery.link('+491701234567');
});
afterEach(() => api.stop());

const send = async (stanzaId: string, change: Record<string, unknown>) => {
  const answer = await api.sendWaha(accountId, key, wahaMessage(stanzaId, change));
  expect(answer.status).toBe(200);
};
const lid = '4639135154355@lid';
const underLid = (stanzaId: string, more: object = {}) => ({
  ...{ id: `false_${lid}_${stanzaId}`, from: lid, timestamp: noon },
  ...more,
});
const lines = () =>
  delivery.portal
    .comments(linked.contactId)
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^[←→] \[/u.test(line));

test('one message by two hooks at once, under its number and a LID of which no pair is known, is once on the page', async () => {
  await Promise.all([
    send('3EB0A32A', { timestamp: noon, body: 'once' }),
    send('3EB0A32A', underLid('3EB0A32A', { body: 'once' })),
  ]);
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['once']);
  const pair = { key: { remoteJid: lid, remoteJidAlt: '491701234567@s.whatsapp.net', fromMe: false } };
  await send('3EB0A32B', underLid('3EB0A32B', { body: 'after the pair', timestamp: noon + 9, _data: pair }));
  await send('3EB0A32A', underLid('3EB0A32A', { body: 'once' }));
  await delivery.run(process, [linked]);
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['once', 'after the pair']);
});

test('two deliveries of one id within a millisecond are one line', async () => {
  const twice = () => send('3EB0A34A', { timestamp: noon, body: 'one line' });
  await Promise.all([twice(), twice(), twice()]);
  await delivery.run(process, [linked]);
  expect(delivery.told(linked.contactId)).toEqual(['one line']);
});

test.each<[string, (id: string) => Record<string, unknown>]>([
  ['a direct chat', () => ({})],
  [
    'a group',
    (id) => ({
      ...{ id: `false_120363400000000001@g.us_${id}_491701234567@c.us`, from: '120363400000000001@g.us' },
      participant: '491701234567@c.us',
    }),
  ],
])('twenty messages of %s, some hours late, some in one second, are all there', async (_, place) => {
  const say = (at: number, second: number) => {
    const id = `3EB0A33${String(at).padStart(2, '0')}`;
    return send(id, { ...place(id), timestamp: noon + second, body: `number ${at}` });
  };
  // 1 to 10 a minute apart, then five in one second.
  for (let at = 1; at <= 10; at += 1) await say(at, at * 60);
  for (let at = 11; at <= 15; at += 1) await say(at, 3_600);
  await delivery.run(process, [linked]);
  // Five come hours late.
  for (let at = 16; at <= 20; at += 1) await say(at, at);
  await delivery.run(process, [linked]);
  const said = lines();
  const numbers = said.map((line) => Number(/number (\d+)$/.exec(line)?.[1]));
  expect(numbers).toEqual(Array.from({ length: 20 }, (_one, index) => index + 1));
  expect(said.map((line) => line.includes(', late]'))).toEqual(
    Array.from({ length: 20 }, (_one, index) => index >= 15),
  );
});
