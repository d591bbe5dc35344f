import { each } from '../scene/contacts';
import { compareLedger, type Ledger, type Said, type Written } from './figures/ledger';
import type { RunningPeer } from './peer';

/** Reads the pages of all contacts that said something, with the moment of each comment. */
export async function readPages(peer: RunningPeer, said: readonly Said[]): Promise<Ledger> {
  const { writes } = await peer.portal.stats();
  const atMs = new Map(
    writes
      .filter(({ method }) => method === 'crm.timeline.comment.add')
      .map(({ id, at }) => [id, Date.parse(at)]),
  );
  const written: Written[] = [];
  await each([...new Set(said.map(({ contact }) => contact))], 8, async (contact) => {
    const comments = await peer.portal.comments(peer.crmContactId(contact));
    for (const { id, text } of comments) written.push({ contact, id, text, atMs: atMs.get(id) ?? NaN });
  });
  return compareLedger(said, written);
}
