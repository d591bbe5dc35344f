import { randomUUID } from 'node:crypto';
import { listHiddenLabels, toLabelKey } from '../../domain/source/labels';
import { listChatKeys } from '../../domain/source/policy';
import type { SaidLabels } from '../../store/sources/labels';
import type { Store } from '../../store/store';
import type { LabelSource } from './label-source';

/** `read`: they are known now. `none`: the source has no labels at all, or not yet. `busy`: another process reads, or somebody changes them all the time; the sweep reads again. */
export type LabelsRead = 'read' | 'none' | 'busy';

/** A reading of a thousand labelled chats takes seconds; who died in one is followed by the next sweep. */
const leaseMs = 60_000;
const readingsAtMost = 3;
/** Each is a request to the source; those over it have their one address until they are new again. */
const pairsAtMost = 200;

/** Which chats have labels that are not wanted, and which. */
async function askForChats(source: LabelSource, hidden: ReadonlySet<string>) {
  const labels = await source.listLabels();
  if (labels.length === 0) return null;
  const chats = new Map<string, string[]>();
  for (const { id, name } of labels.filter((label) => hidden.has(toLabelKey(label.name))))
    for (const address of await source.listLabelledChats(id))
      chats.set(address, [...(chats.get(address) ?? []), name]);
  return chats;
}

/** Messages of one chat come under a number or a LID: a chat that is new here is asked for its other address, once. */
async function toRows(
  source: LabelSource,
  chats: ReadonlyMap<string, string[]>,
  known: ReadonlyMap<string, readonly string[]>,
): Promise<SaidLabels[]> {
  let asked = 0;
  const rows: SaidLabels[] = [];
  for (const [address, labels] of chats) {
    const keys = known.get(address) ?? listChatKeys(address);
    if (!keys) continue;
    const isNewPerson = !known.has(address) && !address.endsWith('@g.us');
    const other = isNewPerson && (asked += 1) <= pairsAtMost ? await source.findOtherAddress(address) : null;
    const more = other === null ? [] : (listChatKeys(other) ?? []);
    rows.push({ address, labels, keys: [...new Set([...keys, ...more])] });
  }
  return rows;
}

/** Of people who were forgotten nothing is kept, and nothing is taken in anyway. */
async function withoutForgotten(
  { keptAway }: Store,
  portalId: string,
  rows: readonly SaidLabels[],
): Promise<SaidLabels[]> {
  const away = await keptAway.whichNames(
    portalId,
    rows.flatMap(({ keys }) => keys),
  );
  return rows.filter(({ keys }) => !keys.some((key) => away.has(key)));
}

/** One reading; null: something changed the labels meanwhile. */
async function readOnce(store: Store, accountId: string, source: LabelSource): Promise<LabelsRead | null> {
  const account = await store.accounts.load(accountId);
  const hidden = new Set(listHiddenLabels(account?.policy));
  if (!account || hidden.size === 0) return 'read';
  const at = new Date();
  const chats = await askForChats(source, hidden);
  if (!chats) return 'none';
  const before = await store.labelledChats.listOfAccount(accountId);
  const known = new Map(before.map(({ address, keys }): [string, string[]] => [address, keys]));
  const rows = await withoutForgotten(store, account.portalId, await toRows(source, chats, known));
  await store.labelledChats.replace(account, rows, at);
  const isLast = await store.accounts.noteLabelsRead(accountId, account.labelChanges ?? 0, at);
  return isLast ? 'read' : null;
}

/**
 * Asks an account’s source which chats have labels that are not wanted. The chats are written before it is noted that they are known: a process that
 * dies in between leaves the account’s messages waiting, and the sweep reads again. One process reads at a time, so that an older answer never takes the place
 * of a newer one. Throws what the source throws.
 */
export async function readLabels(store: Store, accountId: string, source: LabelSource): Promise<LabelsRead> {
  const [lease, holder] = [`labels/${accountId}`, randomUUID()];
  if (!(await store.leases.take(lease, holder, leaseMs))) return 'busy';
  try {
    for (let reading = 1; reading <= readingsAtMost; reading += 1) {
      const done = await readOnce(store, accountId, source);
      if (done) return done;
    }
    return 'busy';
  } finally {
    await store.leases.release(lease, holder);
  }
}
