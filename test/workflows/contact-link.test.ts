import { toLinkWorkflowId } from '../../domain/ids';
import { lastSyncTimeQuery, pauseSignal, resumeSignal, statusQuery } from '../../workflows/messages';
import { eventually, requestLink, say, useProduct } from '../scenes/product';

const product = useProduct(
  {
    portal: { contacts: [{ name: 'Klaus', lastName: 'Weber', phones: ['+49 (170) 123-45-67'] }] },
  },
  'test',
);

const contactId = async () => (await product.store.links.model.findOne().lean())?.crmContactId ?? 0;
const linesOn = async () =>
  product.portal
    .comments(await contactId())
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^[←→] \[/u.test(line));

test('a linked contact gets each message once, in order, with time and speaker, in both directions', async () => {
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 13, minute, 5));
  await say(product, { id: 'A1', text: 'Good morning', at: at(1) });
  await say(product, { id: 'A2', text: 'Hello, offer attached', fromMe: true, at: at(2) });
  await product.startWorker();
  const linkId = await requestLink(product);
  await eventually('the first backup', async () => (await product.store.links.load(linkId))?.lastBackedUpAt);
  await say(product, { id: 'A3', text: 'Thank you' });
  await say(product, { id: 'A3', text: 'Thank you' });
  await eventually('the second backup', async () =>
    (await linesOn()).some((line) => line.includes('Thank you')),
  );
  const lines = await linesOn();
  expect(lines[0]).toBe('← [14:01:05] Klaus Weber: Good morning');
  expect(lines[1]).toBe('→ [14:02:05] Anna Sales: Hello, offer attached');
  expect(lines[2]).toMatch(/^← \[\d\d:\d\d:\d\d\] Klaus Weber: Thank you$/);
  expect(lines).toHaveLength(3);
  const handle = product.client.workflow.getHandle(toLinkWorkflowId(linkId));
  const status = await eventually('the status of the workflow', async () => {
    const seen = await handle.query(statusQuery);
    return seen.messagesBackedUp === 3 && seen.pendingMessages === 0 ? seen : null;
  });
  expect(status).toMatchObject({ state: 'linked', rhythm: 'rounds', attention: null });
  expect(await handle.query(lastSyncTimeQuery)).toMatch(/^2026|^20/);
});

test('a paused link backs nothing up until it is resumed', async () => {
  await product.startWorker();
  const linkId = await requestLink(product);
  const handle = product.client.workflow.getHandle(toLinkWorkflowId(linkId));
  await eventually('the link', async () => (await product.store.links.load(linkId))?.lastCheckedAt);
  await product.store.links.setRhythm(linkId, 'paused', ['rounds']);
  await handle.signal(pauseSignal);
  await say(product, { id: 'P1', text: 'while paused' });
  await eventually('the pause', async () => (await handle.query(statusQuery)).rhythm === 'paused');
  expect(product.portal.comments(await contactId())).toHaveLength(0);
  await product.store.links.setRhythm(linkId, 'rounds', ['paused']);
  await handle.signal(resumeSignal);
  await eventually('the backup', async () => (await linesOn()).length > 0);
});

test('an idle contact costs the portal no request', async () => {
  await product.startWorker();
  const linkId = await requestLink(product);
  await eventually('the link', async () => (await product.store.links.load(linkId))?.lastCheckedAt);
  product.portal.resetStats();
  const before = (await product.store.links.load(linkId))?.lastCheckedAt?.getTime() ?? 0;
  await eventually(
    'three more rounds',
    async () => ((await product.store.links.load(linkId))?.lastCheckedAt?.getTime() ?? 0) > before + 3_000,
  );
  expect(product.portal.stats().requests).toBe(0);
});
