import { z } from 'zod';
import { compareCount } from '../../sources/seen-counts';
import type { AccountDoc } from '../../store/accounts';
import { findChatByJid } from '../../store/chats/find-chat';
import type { Store } from '../../store/store';

/** Each costs a few reads. */
export const maxCounts = 50;

const seconds = z.number().int().min(0).max(8_640_000_000);

export const countInput = z
  .object({
    chatId: z.string().min(1).max(256).meta({ description: 'WhatsApp’s address of the chat.' }),
    messages: z
      .number()
      .int()
      .min(0)
      .max(10_000_000)
      .meta({ description: 'Those that are delivered here; edits, deletions and reactions do not count.' }),
    from: seconds.meta({ description: 'Seconds since 1970; the second itself counts.' }),
    to: seconds.meta({ description: 'Seconds since 1970; the second itself counts.' }),
  })
  .refine(({ from, to }) => from <= to, { error: 'from is later than to', path: ['from'] })
  .meta({ id: 'SeenCount' });

export const heartbeatAnswer = z.object({
  serverTime: z.iso.datetime(),
  incomplete: z
    .array(z.object({ chatId: z.string(), messages: z.number(), held: z.number() }))
    .meta({ description: 'Of which chats less is held than was counted: deliver that time again.' }),
});

type Given = z.output<typeof countInput>;

/**
 * Notes what the client counts, and gives the chats of which less is held. Of a chat that is not known nothing is noted. A crash in between
 * loses counts that the next heartbeat brings again.
 */
export async function noteCounts(
  store: Store,
  account: AccountDoc,
  counts: readonly Given[],
  saidAt: Date,
): Promise<z.output<typeof heartbeatAnswer>['incomplete']> {
  const { _id: accountId, portalId } = account;
  const incomplete: z.output<typeof heartbeatAnswer>['incomplete'] = [];
  for (const { chatId: address, messages, from, to } of counts) {
    const chat = await findChatByJid(store, account, address);
    const period = { from: new Date(from * 1_000), to: new Date(to * 1_000 + 999) };
    const said = { chatId: chat?._id ?? '', messages, ...period, saidAt };
    if (chat) await store.seenCounts.save({ portalId, accountId, ...said });
    const { held } = chat ? await compareCount(store, said) : { held: 0 };
    if (held < messages) incomplete.push({ chatId: address, messages, held });
  }
  return incomplete;
}
