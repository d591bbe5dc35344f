import { createNotes } from './notes';
import { createUploader } from './portal-calls';
import type { BodyTask } from './task';
import { openWaiting, toDigests, type WaitingMessage } from './waiting';

/**
 * The work itself, the same in every other approach: look what waits for these contacts, post one comment for each, take the messages out.
 * A death after the portal has written and before they are out posts them again.
 */
export async function openBody({ mongoUri, webhookUrl, firstCrmId }: BodyTask) {
  const waiting = await openWaiting(mongoUri);
  const upload = createUploader(webhookUrl);
  const note = createNotes();

  async function send(digest: WaitingMessage[]): Promise<void> {
    const [first] = digest;
    if (!first) return;
    await upload({
      crmContactId: firstCrmId + first.contact,
      text: digest.map(({ text }) => text).join('\n'),
    });
    await waiting.remove(digest);
  }
  /** A contact whose comment takes longer than an interval is not asked about twice. Those that fail wait for the next check. */
  const underWay = new Set<number>();
  async function sendAll(messages: readonly WaitingMessage[]): Promise<void> {
    const digests = toDigests(messages).filter(([first]) => first && !underWay.has(first.contact));
    const contacts = digests.map(([first]) => first?.contact ?? 0);
    for (const contact of contacts) underWay.add(contact);
    await Promise.allSettled(digests.map(send));
    for (const contact of contacts) underWay.delete(contact);
  }

  return {
    waiting,
    note,
    checkAll: async () => {
      note('all');
      await sendAll(await waiting.listAll());
    },
    check: async (contacts: readonly number[]) => {
      for (const contact of contacts) note(contact);
      await sendAll(await waiting.listOf(contacts));
    },
  };
}
