import type { StoredFile, TimelineComment } from '../data/records';
import type { PortalClock } from '../portal-clock';
import { toList, toText, type MethodContext, type Params } from './method';

/** Keeps `[[name, base64], …]`; what is not such a pair, or not to the portal's liking, is dropped without an error, as the portal does. */
export function saveFiles(given: unknown, { data, faults }: MethodContext): StoredFile[] {
  const saved: StoredFile[] = [];
  for (const pair of toList(given)) {
    const [name, content] = toList(pair).map(toText);
    if (name === undefined || name === '' || content === undefined || content === '') continue;
    if (faults.takeAtCommand(['loseFile'], 'crm.timeline.comment.add', 0)) continue;
    const bytes = Buffer.from(content, 'base64');
    const file = { id: data.nextId('file'), name, sizeBytes: bytes.length };
    data.files.save(file.id, bytes);
    saved.push(file);
  }
  return saved;
}

/** `FILES` of a comment as REST shows it: a map by file id. */
export function toFileMap(comment: TimelineComment, clock: PortalClock): Params {
  return Object.fromEntries(
    comment.files.map(({ id, name, sizeBytes }) => [
      String(id),
      {
        id,
        date: clock.format(comment.createdAtMs),
        type: /\.(?:png|jpe?g|gif|webp)$/i.test(name) ? 'image' : 'file',
        name,
        size: sizeBytes,
        authorId: comment.authorId,
        authorName: 'Sandbox',
        urlDownload: `/disk/downloadFile/${id}/`,
      },
    ]),
  );
}
