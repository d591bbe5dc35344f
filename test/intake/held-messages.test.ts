import { toLinkTarget } from '../../domain/ids';
import { addHeldAtBeginning } from '../../intake/held-messages';
import { ingestMessage } from '../../intake/ingest-message';
import type { AccountDoc } from '../../store/accounts';
import { newId } from '../../store/connection';
import type { LinkDoc } from '../../store/links/link-schema';
import { toIncoming } from '../helpers/incoming';
import { linkOne, personWith } from '../scenes/link-one';
import { addPortal, useStore } from '../scenes/store';

const store = useStore();
const held = 450;
let portalId: string;
let account: AccountDoc;
let link: LinkDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
  await ingestMessage(store, account, toIncoming({ id: 'M0', text: 'hello' }), 'test');
  const [first] = await store.messages.model.find({ portalId }).lean().exec();
  if (!first) throw new Error('nothing is held');
  const more = Array.from({ length: held - 1 }, (_, index) => {
    return { ...first, _id: newId(), key: `in/M${index + 1}`, stanzaId: `M${index + 1}` };
  });
  await store.messages.model.insertMany(more);
  link = await linkOne(store, portalId, await personWith(store, portalId, '+491701234567'), 7);
});
afterEach(() => jest.restoreAllMocks());

const rows = () => store.outbox.model.countDocuments({ target: toLinkTarget(link._id) }).exec();
const reload = async () => (await store.links.load(link._id)) ?? link;

/** The scan dies when it has made this many rows. */
async function dieAfter(made: number): Promise<void> {
  const add = store.outbox.add.bind(store.outbox);
  let left = made;
  const dying = jest.spyOn(store.outbox, 'add').mockImplementation(async (given) => {
    const added = await add(given.slice(0, left));
    left -= given.length;
    if (left < 0) throw new Error('died');
    return added;
  });
  await expect(addHeldAtBeginning(store, await reload())).rejects.toThrow('died');
  dying.mockRestore();
}

test('the scan of what is held goes on where it was interrupted, and misses nothing', async () => {
  await dieAfter(430);
  const pages = jest.spyOn(store.messages, 'listOfChat');
  expect(await addHeldAtBeginning(store, await reload())).toBe(20);
  expect(await rows()).toBe(held);
  expect(pages).toHaveBeenCalledTimes(1);
});

test('a link that begins anew reads everything anew', async () => {
  await dieAfter(430);
  await store.outbox.removeOfTarget(toLinkTarget(link._id));
  await store.links.model.updateOne({ _id: link._id }, { $inc: { epoch: 1 } });
  expect(await addHeldAtBeginning(store, await reload())).toBe(held);
});
