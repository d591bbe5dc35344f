import { toPhoneAlias } from '../../../domain/identity';
import { startApi, type ApiServer } from '../../scenes/api';
import { runActivity, useDelivery } from '../../scenes/delivery';
import { linesOnPage } from '../../scenes/said-lines';
import { gows } from './samples/gows';
import { noweb } from './samples/noweb';
import { ana, beginsAt, klaus, own, type Sample } from './samples/sample';
import { webjs } from './samples/webjs';

const delivery = useDelivery();
const hmacKey = 'a-key-of-more-than-16';
let api: ApiServer;
let accountId: string;
beforeEach(async () => {
  api = await startApi({ store: delivery.store });
  const settings = { hmacKey };
  ({ id: accountId } = await api.addAccount({ kind: 'waha', phone: '+4930111222', settings }));
});
afterEach(() => api.stop());

async function deliver(engine: string, { event, payload, line }: Sample, index: number): Promise<string> {
  const envelope = {
    id: `evt_${index}`,
    timestamp: beginsAt * 1_000,
    event,
    session: 'default',
    me: own,
    payload,
    engine,
  };
  const { status, body } = await api.sendWaha(accountId, hmacKey, envelope);
  const { ignored, unreadable } = body;
  return `${status} ${line === null ? `nothing ${ignored === 1}` : `told ${ignored + unreadable === 0}`}`;
}

test.each([
  ['WEBJS', webjs],
  ['NOWEB', noweb],
  ['GOWS', gows],
])('every kind of message of %s is a readable line on the page, or nothing', async (engine, samples) => {
  const linked = await delivery.link(`+${klaus}`);
  const { people } = delivery.store;
  const identity = { aliases: [toPhoneAlias(`+${ana}`)], name: 'Ana' };
  await people.findOrCreate(delivery.portalId, identity, 'test');
  const answers: string[] = [];
  for (const [index, sample] of samples.entries())
    answers.push(`${sample.name}: ${await deliver(engine, sample, index)}`);
  expect(answers).toEqual(
    samples.map(({ name, line }) => `${name}: 200 ${line === null ? 'nothing' : 'told'} true`),
  );
  const { uploadMessages } = delivery.createProcess();
  const { linkId } = linked;
  for (let pending = true; pending;) {
    const round = await runActivity(uploadMessages, { linkId });
    pending = (round?.pendingMessages ?? 0) > 0;
  }
  const told = samples.flatMap(({ line }) => line ?? []);
  expect(linesOnPage(delivery.portal, linked.contactId).sort()).toEqual(told.sort());
});
