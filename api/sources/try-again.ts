import { takeAgain } from '../../intake/take-again';
import { ownAliasesOf } from '../../store/sources/own-names';
import type { UnreadableDoc } from '../../store/unreadable';
import { readAgain } from '../../whatsapp/read-again';
import { messagesArrivedSignal } from '../../workflows/messages';
import type { ApiContext } from '../context';

/** Reads once more what was kept as it came, and wakes the links that have something waiting now. */
export async function tryAgain({ store, linkWorkflows }: ApiContext, row: UnreadableDoc) {
  const account = await store.accounts.load(row.accountId);
  const ownAliases = account ? ownAliasesOf(account) : [];
  const { receivedAt, accountId, portalId } = row;
  const taken = await takeAgain(store, row, readAgain(row, { receivedAt, ownAliases, accountId }));
  for (const _id of taken.parkedLinkIds) void linkWorkflows.signal({ _id, portalId }, messagesArrivedSignal);
  return taken.outcome;
}
