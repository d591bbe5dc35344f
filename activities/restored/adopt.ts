import type { Digest, DigestItem } from '../../domain/digest';
import { groupBy } from '../../domain/group-by';
import type { ItemId } from '../../domain/ids';
import type { ShownComment } from '../../store/backup/restored-pages';
import type { ActivityDeps } from '../deps';
import type { Prints } from './prints';
import { listShown, type Pages } from './shown';

/** Items that stand on a page already, as the comments that tell them; and what is left to be told. */
export interface Adopted {
  digests: Digest[];
  rest: readonly DigestItem[];
}

/** What a line tells: its message, and its file where that goes with it. */
const listItems = ({ item, file }: DigestItem): ItemId[] =>
  file?.item && file.item !== item ? [item, file.item] : [item];

function toDigest(
  { marker }: ShownComment,
  text: string | null,
  items: readonly ItemId[],
  from: readonly DigestItem[],
): Digest {
  const lines = from.filter((one) => listItems(one).some((item) => items.includes(item)));
  const files = lines.flatMap(({ file }) =>
    file?.state === 'attached' && file.item && items.includes(file.item) ? [file] : [],
  );
  const newestAt = new Date(Math.max(...lines.map(({ orderAt }) => orderAt.getTime())));
  return {
    items: [...items],
    ...(files.length > 0 ? { files } : {}),
    text: text ?? marker,
    marker,
    newestAt,
  };
}

/**
 * After a restore: which of these items a page shows already. They become an entry with the comment's own marker, which is then known on the page
 * and not sent. However the messages are cut into comments now, each is known by itself.
 */
export async function adoptShown(
  deps: ActivityDeps,
  pages: Pages,
  { items, prints }: { items: readonly DigestItem[]; prints: Prints },
): Promise<Adopted> {
  const shown = await listShown(deps, pages);
  if (!shown || shown.length === 0) return { digests: [], rest: items };
  const byPrint = new Map(
    shown.flatMap((comment) => comment.prints.map((print) => [print, comment] as const)),
  );
  const told = items.flatMap(listItems).flatMap((item) => {
    const comment = byPrint.get(prints.of(item));
    return comment ? [{ item, comment }] : [];
  });
  const byComment = groupBy(told, ({ comment }) => comment);
  const digests: Digest[] = [];
  for (const comment of [...byComment.keys()].sort((a, b) => a.commentId - b.commentId)) {
    const ids = (byComment.get(comment) ?? []).map(({ item }) => item);
    const text = await pages.portal.timeline.readText({ ...comment, lane: pages.lane });
    digests.push(toDigest(comment, text, ids, items));
  }
  const known = new Set(told.map(({ item }) => item));
  return { digests, rest: items.filter(({ item }) => !known.has(item)) };
}
