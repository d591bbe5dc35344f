import { addPortal, atOnce, useStore } from '../scenes/store';

const store = useStore();
const at = (minute: number) => new Date(Date.UTC(2026, 10, 26, 14, minute));

async function openOne() {
  const { portalId, account } = await addPortal(store);
  const gap = await store.gaps.open({
    ...{ portalId, accountId: account._id, reason: 'unreachable', from: at(2) },
  });
  return { accountId: account._id, portalId, gap };
}

test('a gap that is opened by several at once is one', async () => {
  const { portalId, account } = await addPortal(store);
  const fresh = { portalId, accountId: account._id, reason: 'unreachable', from: at(2) } as const;
  const opened = await atOnce(8, () => store.gaps.open(fresh));
  expect(new Set(opened.map(({ _id }) => _id)).size).toBe(1);
  expect(opened[0]).toMatchObject({ to: null, askedAt: null, closedAt: null, found: null });
});

test('a gap lasts until the source is back, is then to be read, and is closed once', async () => {
  const { accountId, gap } = await openOne();
  expect(await store.gaps.findLasting(accountId)).toMatchObject({ _id: gap._id });
  expect(await store.gaps.listToRead(accountId)).toEqual([]);
  expect(await store.gaps.close(gap._id, 3, at(30))).toBe(false);

  expect(await store.gaps.end(accountId, at(40))).toBe(1);
  expect(await store.gaps.end(accountId, at(50))).toBe(0);
  expect(await store.gaps.listToRead(accountId)).toMatchObject([{ _id: gap._id, to: at(40) }]);

  await store.gaps.noteAsked(gap._id, at(41));
  expect(await store.gaps.close(gap._id, 17, at(42))).toBe(true);
  expect(await store.gaps.close(gap._id, 99, at(43))).toBe(false);
  expect(await store.gaps.listSince([accountId], at(0))).toMatchObject([
    { from: at(2), to: at(40), askedAt: at(41), closedAt: at(42), found: 17 },
  ]);
});

test('a gap whose end is known from the start is to be read at once', async () => {
  const { accountId, portalId } = await openOne();
  await store.gaps.open({ portalId, accountId, reason: 'connected-late', from: at(0), to: at(1) });
  expect(await store.gaps.listToRead(accountId)).toMatchObject([{ reason: 'connected-late' }]);
});
