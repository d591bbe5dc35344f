import { randomBytes } from 'node:crypto';
import type { Activities } from '../../../activities';
import type { IncomingMedia, IncomingMessage } from '../../../domain/message';
import { keepFile } from '../../../intake/files/keep-file';
import { ingestMessage } from '../../../intake/ingest-message';
import type { MediaDoc } from '../../../store/media/media';
import { toIncoming } from '../../helpers/incoming';
import type { Delivery, Linked } from '../../scenes/delivery';
import { eventually } from '../../scenes/product';

/** What a test says of a file. */
export interface SaidFile {
  id?: string;
  name?: string;
  kind?: IncomingMessage['kind'];
  text?: string | null;
  media?: Partial<IncomingMedia>;
  at?: Date;
}

/** A message with a file, taken in; gives its file. */
export async function sayFile(
  { store }: Delivery,
  { phone }: Linked,
  {
    id = randomBytes(8).toString('hex'),
    name = 'photo.jpg',
    kind = 'image',
    text = null,
    media,
    at,
  }: SaidFile = {},
): Promise<MediaDoc> {
  const [account] = await store.accounts.list();
  if (!account) throw new Error('no account');
  const file = { mimeType: 'image/jpeg', sizeBytes: null, sha256: null, source: { kind: 'upload' } as const };
  const said = {
    ...toIncoming({ id, text: '', peer: phone, ...(at && { at }) }),
    kind,
    text,
    fileName: name,
  };
  await ingestMessage(store, account, { ...said, media: { ...file, ...media } }, 'test');
  const [wanted] = await store.media.listOfStanzas(account._id, [id]);
  if (!wanted) throw new Error('no file is wanted');
  return wanted;
}

/** Its bytes come. */
export async function bring({ store }: Delivery, file: MediaDoc, bytes: Buffer | string): Promise<void> {
  const current = (await store.media.load(file._id)) ?? file;
  async function* stream() {
    yield await Promise.resolve(Buffer.from(bytes));
  }
  await keepFile(store, current, { bytes: stream(), mimeType: null });
}

/** The comments of a page, oldest first: each with its lines of messages and the names of its files. */
export const pageOf = ({ portal }: Delivery, { contactId }: Linked) =>
  portal.comments(contactId).map(({ text, files }) => ({
    lines: text
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replace(/^[←→] \[[^\]]*\] [^:]*: /, '').replace(/\d\d:\d\d:\d\d/, 'CLOCK')),
    files: files.map(({ name }) => name),
  }));

/** Rounds until nothing waits on the page any more. */
export const untilTold = (delivery: Delivery, activities: Activities, linked: Linked): Promise<unknown> =>
  eventually('everything told', async () => {
    const [round] = await delivery.run(activities, [linked]);
    return round && !(round instanceof Error) && round.pendingMessages === 0;
  });
