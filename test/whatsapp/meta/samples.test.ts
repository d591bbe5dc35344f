import { toPhoneAlias } from '../../../domain/identity';
import { startApi, type ApiServer } from '../../scenes/api';
import { runActivity, useDelivery } from '../../scenes/delivery';
import { linesOnPage } from '../../scenes/said-lines';
import { changes } from './samples/groups';
import { content } from './samples/content';
import { appSecret, ana, klaus, phoneNumberId, sign, type Sample } from './samples/sample';

const delivery = useDelivery();
let api: ApiServer;
let accountId: string;
beforeEach(async () => {
  api = await startApi({ store: delivery.store });
  const settings = { appSecret, phoneNumberId, accessToken: 'a-token-of-the-app-of-meta' };
  ({ id: accountId } = await api.addAccount({ kind: 'meta', phone: '+4930111222', settings }));
});
afterEach(() => api.stop());

async function deliver({ name, body, lines }: Sample): Promise<[found: string, wanted: string]> {
  const raw = JSON.stringify(body);
  const headers = { 'x-hub-signature-256': sign(raw) };
  const answer = await api.send('POST', `/hooks/meta/${accountId}`, { token: null, raw, headers });
  const { accepted, updated, unreadable } = answer.body;
  const outcome = unreadable > 0 ? 'unreadable' : accepted + updated > 0 ? 'told' : 'nothing';
  const wanted = lines === null ? 'nothing' : 'told';
  return [`${name}: ${answer.status} ${outcome}`, `${name}: 200 ${wanted}`];
}

test.each([
  ['content', content],
  ['change', changes],
])(
  'every documented kind of %s is a readable line on the page, or nothing, and is there once',
  async (_, samples) => {
    const linked = await delivery.link(`+${klaus}`);
    const identity = { aliases: [toPhoneAlias(`+${ana}`)], name: 'Ana' };
    await delivery.store.people.findOrCreate(delivery.portalId, identity, 'test');
    const answers = [];
    for (const sample of samples) answers.push(await deliver(sample));
    expect(answers.map(([found]) => found)).toEqual(answers.map(([, wanted]) => wanted));
    for (const sample of samples) await deliver(sample);
    const { uploadMessages } = delivery.createProcess();
    for (let pending = true; pending;) {
      const round = await runActivity(uploadMessages, { linkId: linked.linkId });
      pending = (round?.pendingMessages ?? 0) > 0;
    }
    const told = samples.flatMap(({ lines }) => lines ?? []);
    expect(linesOnPage(delivery.portal, linked.contactId).sort()).toEqual(told.sort());
  },
);
