import { Readable } from 'node:stream';
import { useDelivery } from '../../scenes/delivery';
import { arrange, beginForgetting, forget } from '../../scenes/forgetting';

const delivery = useDelivery();

/** An exported chat of these people that asks for its zone. */
async function bringChat(names: string[]): Promise<{ importId: string; hash: string }> {
  const { store, portalId } = delivery;
  const [account] = await store.accounts.list();
  const bytes = Buffer.from(names.join(', '));
  const { hash } = await store.contents.save(Readable.from([bytes]), { maxBytes: 1_000 });
  const authors = names.map((name) => ({ name, messages: 1 }));
  const { _id } = await store.imports.beginFile({
    ...{ portalId, accountId: account?._id ?? '', fileHash: hash },
    file: {
      facts: {
        ...{ pieces: 2, authors, written: names, dayOrders: ['dmy', 'mdy'], example: '1.2.24' },
        ...{ title: null, files: 0 },
      },
      answers: {},
      question: {
        ...{ asks: ['dayOrder'], timeZone: 'UTC', dayOrders: ['dmy', 'mdy'], example: '1.2.24', authors },
        ...{ suggested: { me: null, e164: null, groupChatId: null }, groups: [] },
      },
      reading: null,
    },
  });
  return { importId: _id, hash };
}

test('an exported chat that waits for an answer and names whom we forget goes with its bytes; that of others stays', async () => {
  const { store } = delivery;
  const { klaus, klausId } = await arrange(delivery);
  const { phone } = klaus;
  const [name] = (await store.people.load(klausId))?.names ?? [];
  const written = phone.replace(/^(\+49)(\d{3})(\d{3})/, '$1 $2 $3-');
  const byNumber = await bringChat([written, 'Jane']);
  const byName = await bringChat([name?.name.toUpperCase() ?? '', 'Jane']);
  const ofOthers = await bringChat(['Tom', 'Jane']);

  await forget(delivery.createProcess({ forgetGraceMs: 0 }), await beginForgetting(delivery, klausId));

  for (const { importId, hash } of [byNumber, byName]) {
    const failed = { state: 'failed', file: null, fileHash: null };
    expect(await store.imports.load(importId)).toMatchObject(failed);
    expect(await store.contents.load(hash)).toBeNull();
  }
  expect(await store.imports.load(ofOthers.importId)).toMatchObject({
    state: 'question',
    fileHash: ofOthers.hash,
  });
  expect(await store.contents.load(ofOthers.hash)).not.toBeNull();
});
