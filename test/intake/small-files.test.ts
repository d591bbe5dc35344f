import { buffer } from 'node:stream/consumers';
import { routeOutcomes } from '../../intake/files/route-file';
import { keepFile } from '../../intake/files/keep-file';
import { createGathering } from '../../intake/gather';
import { ingestMessages } from '../../intake/ingest-message';
import type { AccountDoc } from '../../store/accounts';
import type { MediaDoc } from '../../store/media/media';
import type { Store } from '../../store/store';
import { toIncoming } from '../helpers/incoming';
import { linkOne, personWith } from '../scenes/link-one';
import { addPortal, useStore } from '../scenes/store';

const store = useStore();
const phone = '+491701234561';
let portalId: string;
let account: AccountDoc;

beforeEach(async () => {
  ({ portalId, account } = await addPortal(store));
  await linkOne(store, portalId, await personWith(store, portalId, phone));
});

/** Messages of a linked person that tell of files. */
async function tellOf(...ids: string[]): Promise<MediaDoc[]> {
  const file = { mimeType: 'image/jpeg', sizeBytes: null, sha256: null, source: { kind: 'upload' } as const };
  const messages = ids.map((id) => ({
    ...toIncoming({ id, text: '', peer: phone }),
    ...{ kind: 'image' as const, text: null, media: file },
  }));
  await ingestMessages(store, account, messages, 'test');
  const media = await store.media.listOfStanzas(account._id, ids);
  return ids.flatMap((id) => media.filter(({ stanzaId }) => stanzaId === id));
}

const bytesOf = (text: string) => ({
  // eslint-disable-next-line @typescript-eslint/require-await
  bytes: (async function* () {
    yield Buffer.from(text);
  })(),
  mimeType: null,
});

const readBack = async ({ hash }: MediaDoc): Promise<string | null> => {
  const stream = hash === null ? null : await store.contents.open(hash);
  return stream && (await buffer(stream)).toString();
};

const load = async (media: readonly MediaDoc[]): Promise<MediaDoc[]> =>
  (await Promise.all(media.map(({ _id }) => store.media.load(_id)))).flatMap((one) => one ?? []);

const countFileRows = async (): Promise<number> => {
  const rows = await store.outbox.model.find({ portalId }).lean().exec();
  return rows.filter(({ item }) => item.includes('/file')).length;
};

test('files that come while one is kept are kept together, each once, equal ones as one content', async () => {
  const saved: number[] = [];
  const saveMany: Store['contents']['saveMany'] = (files) => {
    saved.push(files.length);
    return store.contents.saveMany(files);
  };
  const counting = { ...store, contents: { ...store.contents, saveMany } };
  const { keepSmall } = createGathering(counting);
  const files = await tellOf('A', 'B', 'C', 'D');
  const texts = ['first', 'equal', 'equal', 'last'];
  const kept = await Promise.all(
    files.map((file, index) => keepFile(counting, file, bytesOf(texts[index] ?? ''), { keepSmall })),
  );
  expect(saved).toEqual([1, 3]);
  expect(kept.map(({ media }) => media?.state)).toEqual(Array(4).fill('stored'));
  expect(await Promise.all((await load(files)).map(readBack))).toEqual(texts);
  expect(kept.map(({ media }) => media)).toEqual(await load(files).then((all) => all.map(beforeRouted)));
  expect(await countFileRows()).toBe(4);
  expect(await store.contents.model.countDocuments({ _id: /^upload/ })).toBe(0);
});

/** As it was before the note that its row is made. */
const beforeRouted = (media: MediaDoc): MediaDoc => ({ ...media, toRouteAt: media.outcomeAt });

/** A store whose process dies behind one step. */
function dying<Room extends 'contents' | 'media' | 'outbox' | 'links'>(room: Room, step: keyof Store[Room]) {
  const real = store[room][step] as (...given: unknown[]) => Promise<unknown>;
  const dies = async (...given: unknown[]) => {
    await real(...given);
    throw new Error('died');
  };
  return { ...store, [room]: { ...store[room], [step]: dies } };
}

test.each([
  ['contents', 'saveMany'],
  ['media', 'keepMany'],
  ['outbox', 'add'],
  ['links', 'whichParked'],
  ['media', 'markRouted'],
] as const)('a process that dies behind %s.%s loses no file and tells each once', async (room, step) => {
  const files = await tellOf('A', 'B');
  const { keepSmall } = createGathering(dying(room, step as never));
  const keep = (file: MediaDoc) => keepFile(store, file, bytesOf(file.stanzaId), { keepSmall });
  await expect(Promise.all(files.map(keep))).rejects.toThrow('died');
  // The client sends them again; the sweep looks for outcomes without a row.
  for (const file of await load(files))
    if (file.state === 'wanted') await keepFile(store, file, bytesOf(file.stanzaId));
  await routeOutcomes(store, await store.media.listUnrouted(portalId, new Date(Date.now() + 1_000), 10));
  const after = await load(files);
  expect(await Promise.all(after.map(readBack))).toEqual(['A', 'B']);
  expect(after.map(({ state, toRouteAt, outcome }) => ({ state, toRouteAt, outcome }))).toEqual(
    Array(2).fill({ state: 'stored', toRouteAt: null, outcome: 1 }),
  );
  expect(await countFileRows()).toBe(2);
});

test('a file that another process had first is answered as that one keeps it', async () => {
  const [file] = await tellOf('A');
  if (!file) throw new Error('no file is wanted');
  const keepSmall = async (small: Parameters<ReturnType<typeof createGathering>['keepSmall']>[0]) => {
    await keepFile(store, file, bytesOf('theirs'));
    return createGathering(store).keepSmall(small);
  };
  const { media } = await keepFile(store, file, bytesOf('ours'), { keepSmall });
  expect(media && (await readBack(media))).toBe('theirs');
  expect(await countFileRows()).toBe(1);
});
