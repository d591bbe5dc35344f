import { eventually, requestLink, say, useProduct } from '../scenes/product';
import { toIncoming } from '../helpers/incoming';
import { ingestMessage } from '../../intake/ingest-message';
import type { IncomingMessage } from '../../domain/message';

const product = useProduct({
  portal: { contacts: [{ name: 'Klaus', lastName: 'Weber', phones: ['+491701234567'] }] },
});

const at = (minute: number) => new Date(Date.UTC(2026, 10, 24, 13, minute, 5));

/** A change of the message `id` by us or by the other side. */
const change = (id: string, fromMe: boolean, rest: Partial<IncomingMessage>) =>
  ingestMessage(
    product.store,
    product.account,
    { ...toIncoming({ id, text: '', fromMe }), changeId: `change of ${id}`, ...rest },
    'test',
  );

test('an edit, a deletion and a reaction are told with who made them, whoever said the message', async () => {
  await say(product, { id: 'A', text: 'Good morning', at: at(1) });
  await say(product, { id: 'B', text: 'Our offer', fromMe: true, at: at(2) });
  await change('B', false, { event: 'reaction', text: '👍', sentAt: at(3) });
  await change('A', true, { event: 'reaction', text: '🙏', sentAt: at(4) });
  await change('A', false, { event: 'edit', text: 'Good evening', sentAt: at(5) });
  await change('B', true, { event: 'revoke', text: null, sentAt: at(6) });
  await product.startWorker();
  const linkId = await requestLink(product);
  await eventually(
    'the backup of all six',
    async () => (await product.store.links.load(linkId))?.messagesBackedUp === 6,
  );
  const lines = product.portal
    .comments((await product.store.links.load(linkId))?.crmContactId ?? 0)
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => /^[←→] \[\d/u.test(line));
  expect(lines).toEqual([
    '← [14:01:05] Klaus Weber: Good morning',
    '→ [14:02:05] Anna Sales: Our offer',
    '← [14:03:05] Klaus Weber: reacted 👍 to «Our offer»',
    '→ [14:04:05] Anna Sales: reacted 🙏 to «Good morning»',
    '← [14:05:05] Klaus Weber: edited «Good morning» to: Good evening',
    '→ [14:06:05] Anna Sales: deleted a message «Our offer»',
  ]);
});
