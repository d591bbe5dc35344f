import { useDelivery } from '../../scenes/delivery';
import { eventually } from '../../scenes/product';
import { bring, pageOf, sayFile, untilTold } from './scene';

const delivery = useDelivery();
const add = 'crm.timeline.comment.add';

test('a file at hand goes with its message, in one request that is no batch', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const file = await sayFile(delivery, linked, { text: 'our office', media: { sizeBytes: 5 } });
  await bring(delivery, file, 'bytes');
  await delivery.say(linked, 'and now?');
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)).toEqual([
    { lines: ['(image, 5 bytes) photo.jpg our office', 'and now?'], files: ['photo.jpg'] },
  ]);
  const [comment] = delivery.portal.comments(linked.contactId);
  expect(comment?.files).toMatchObject([{ name: 'photo.jpg', sizeBytes: 5 }]);
  expect(delivery.portal.stats().requestsWith[add]).toBe(1);
  expect(await delivery.store.media.load(file._id)).toMatchObject({ toldAt: expect.any(Date) as Date });
  expect(await delivery.store.links.load(linked.linkId)).toMatchObject({ messagesBackedUp: 2 });
});

test('a file that is still on its way keeps no line waiting, and comes as an entry of its own', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const file = await sayFile(delivery, linked);
  await untilTold(delivery, process, linked);
  await delivery.say(linked, 'did you see it?');
  await bring(delivery, file, 'bytes');
  await untilTold(delivery, process, linked);
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)).toEqual([
    { lines: ['(image) photo.jpg (file follows)'], files: [] },
    { lines: ['did you see it?', 'file of CLOCK: photo.jpg, 5 bytes'], files: ['photo.jpg'] },
  ]);
});

test('eleven files are two comments; what is one content twice is on the page twice', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  for (let index = 0; index < 11; index += 1) {
    const file = await sayFile(delivery, linked, {
      name: `${index}.jpg`,
      at: new Date(Date.now() - 60_000 + index * 1_000),
    });
    await bring(delivery, file, index < 2 ? 'the same' : `bytes ${index}`);
  }
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked).map(({ files }) => files.length)).toEqual([10, 1]);
  expect(await delivery.store.contents.model.countDocuments()).toBe(10);
});

test.each([
  ['too large', { sizeBytes: 10 ** 9 }, 'photo.jpg, 1000 MB: it is too large'],
  ['not there', { source: { kind: 'none' } as const }, 'photo.jpg: the source does not have it'],
])('what is %s is a line with its reason', async (_, media, said) => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  await sayFile(delivery, linked, { media });
  await untilTold(delivery, process, linked);
  const [comment] = pageOf(delivery, linked);
  expect(comment?.lines[0]).toContain(`(file not stored: ${said})`);
  expect(comment?.files).toEqual([]);
});

test('an upload whose answer is lost is found by its marker, and its files are counted', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  await bring(delivery, await sayFile(delivery, linked), 'bytes');
  delivery.portal.setFaults([{ kind: 'dropAnswer', method: add }]);
  await delivery.run(process, [linked]);
  await eventually('the entry found', async () => {
    await delivery.run(process, [linked]);
    return (await delivery.entries(linked))[0]?.state === 'delivered';
  });
  expect(pageOf(delivery, linked)).toEqual([{ lines: ['(image, 5 bytes) photo.jpg'], files: ['photo.jpg'] }]);
  const [file] = await delivery.store.media.model.find().lean();
  expect(file?.toldAt).toBeInstanceOf(Date);
});

test('an upload that never came is sent again, once', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  await bring(delivery, await sayFile(delivery, linked), 'bytes');
  delivery.portal.setFaults([{ kind: 'dropBefore', method: add }]);
  await delivery.run(process, [linked]);
  await eventually('the entry on its page', async () => {
    await delivery.run(process, [linked]);
    return pageOf(delivery, linked).length > 0;
  });
  await untilTold(delivery, process, linked);
  expect(pageOf(delivery, linked)).toHaveLength(1);
});

test('a file that the portal drops without a word is missed by counting, told, and sent again', async () => {
  const process = delivery.createProcess();
  const linked = await delivery.link();
  const [first, second] = [
    await sayFile(delivery, linked),
    await sayFile(delivery, linked, { name: 'b.jpg' }),
  ];
  await bring(delivery, first, 'bytes');
  await bring(delivery, second, 'other bytes');
  delivery.portal.setFaults([{ kind: 'loseFile' }]);
  await untilTold(delivery, process, linked);
  await untilTold(delivery, process, linked);
  const told = pageOf(delivery, linked);
  expect(told.map(({ files }) => files.length)).toEqual([1, 0]);
  expect(told[1]?.lines).toEqual([
    expect.stringMatching(/^file of CLOCK: file not stored: .*: Bitrix24 did not keep it$/),
  ]);
  const refused = await delivery.store.media.model.findOne({ state: 'refused' }).lean();
  const again = refused && (await delivery.store.media.offerAgain(refused));
  expect(again).not.toBeNull();
});
