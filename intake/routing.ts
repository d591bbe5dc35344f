import { groupBy } from '../domain/group-by';
import { toItemId, toLinkTarget } from '../domain/ids';
import type { LinkDoc } from '../store/links/link-schema';
import type { MessageDoc } from '../store/chats/messages';
import type { MediaDoc } from '../store/media/media';
import { findCurrent, type Current, type Placed } from './current-chats';
import { wantFiles } from './files/want-files';
import { planGroups } from './groups/route-groups';
import { toRows, type RowTarget } from './groups/rows';
import type { Store } from '../store/store';

const isOpen = (link: LinkDoc | undefined): boolean => link?.state === 'linked';

const targetOf = ({ _id, startedAt }: LinkDoc): RowTarget => ({ target: toLinkTarget(_id), startedAt });

/** Makes a link's outbox rows of versions. Gives how many are new. */
export const addRows = (store: Store, link: LinkDoc, placed: readonly Placed[]): Promise<number> =>
  store.outbox.add(placed.flatMap((one) => toRows(targetOf(link), one)));

/** A link that has rows by now: its id when it is parked and must be woken. */
export async function findParked(store: Store, linkId: string): Promise<string | null> {
  const [parked] = await store.links.whichParked([linkId]);
  return parked ?? null;
}

/** What came in the direct chats of one person, and their link. */
interface Theirs {
  personId: string;
  link: LinkDoc | undefined;
  placed: Placed[];
}

async function groupByPerson(store: Store, current: readonly Current[]): Promise<Theirs[]> {
  const direct = current.flatMap((one) => {
    const { kind, portalId, personId } = one.chat;
    return kind === 'direct' && personId !== null ? [{ ...one, portalId, personId }] : [];
  });
  const people = [...groupBy(direct, ({ personId }) => personId)];
  const [portalId] = direct.map((one) => one.portalId);
  if (portalId === undefined) return [];
  const links = await store.links.listByPeople(
    portalId,
    people.map(([personId]) => personId),
  );
  const linkOf = new Map(links.map((link) => [link.personId, link]));
  return people.map(([personId, placed]) => ({ personId, link: linkOf.get(personId), placed }));
}

/** Messages that no page takes raise the question whose they are, unless a person has ended the link. */
function newestUntaken(theirs: readonly Theirs[]): Map<string, Date> {
  const waiting = theirs.filter(({ link }) => !link || (!isOpen(link) && link.reviewId !== null));
  const timesOf = ({ placed }: Theirs) => placed.map(({ version }) => version.sentAt.getTime());
  return new Map(waiting.map((one) => [one.personId, new Date(Math.max(...timesOf(one)))]));
}

/**
 * Rows of direct chats for the people who are linked, of groups for the groups; after them it is asked which of the links are parked: one that
 * parks now looks for rows after it. Gives the links to wake.
 */
async function addToTargets(store: Store, current: readonly Current[]) {
  const inGroups = current.filter(({ chat }) => chat.kind === 'group');
  // Neither reads what the other writes.
  const [theirs, ofGroups] = await Promise.all([groupByPerson(store, current), planGroups(store, inGroups)]);
  const open = theirs.flatMap(({ link, placed }) => (link && isOpen(link) ? [{ link, placed }] : []));
  const rows = open.flatMap(({ link, placed }) => placed.flatMap((one) => toRows(targetOf(link), one)));
  await store.outbox.add([...rows, ...ofGroups.rows]);
  const concerned = new Set([...open.map(({ link }) => link._id), ...ofGroups.carriers]);
  return { theirs, parkedLinkIds: await store.links.whichParked([...concerned]) };
}

/** The parked links to wake, and the files that were noted now. */
export interface Routed {
  parkedLinkIds: string[];
  files: MediaDoc[];
}

/**
 * The second half of ingest: files, outbox rows, then which links are parked, then `routedAt`. Safe to repeat. The messages were
 * written before links are read here, and a link is written before it scans messages: one always sees the other.
 * Only direct chats raise the question whose they are: nobody is looked up, and no contact made, for a group.
 */
export async function routeVersions(store: Store, placed: readonly Placed[]): Promise<Routed> {
  const unrouted = placed.filter(({ version }) => version.routedAt === null);
  const each = new Map(unrouted.map((one) => [toItemId(one.message._id, one.version.v, 1), one]));
  if (each.size === 0) return { parkedLinkIds: [], files: [] };
  const all = [...each.values()];
  const [files, { current, owners }] = await Promise.all([wantFiles(store, all), findCurrent(store, all)]);
  const { theirs, parkedLinkIds } = await addToTargets(store, current);
  await store.people.noteUntaken(newestUntaken(theirs), owners);
  const routed = current.map(({ message, version }) => ({ messageId: message._id, v: version.v }));
  await store.messages.markRouted(routed, new Date());
  return { parkedLinkIds, files };
}

/**
 * The rows of files of which something became, where their messages belong now. What a merge has to decide about first is left
 * out. Gives those that are routed, and the parked links to wake.
 */
export async function routeFiles(store: Store, placed: readonly Placed[]) {
  if (placed.length === 0) return { routed: [], parkedLinkIds: [] };
  const { current } = await findCurrent(store, placed);
  const { parkedLinkIds } = await addToTargets(store, current);
  return { routed: current, parkedLinkIds };
}

/** Routes the versions of a message whose ingest died between its writes: how many, and the parked links to wake. */
export async function routeMessage(store: Store, message: MessageDoc) {
  const forgotten = message.versions.filter(({ routedAt }) => routedAt === null);
  const placed = forgotten.map((version) => ({ message, version }));
  const { parkedLinkIds } = await routeVersions(store, placed);
  return { versions: forgotten.length, parkedLinkIds };
}
