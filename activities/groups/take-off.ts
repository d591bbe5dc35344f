import type { Portal } from '../../bitrix24/portal';

/**
 * Takes a comment from the first of these pages that has it: the one it was put on, else the one where the link is now. When staff merges
 * contacts, Bitrix24 brings the comments to the contact that is left, and the first page is there no more. Safe to repeat.
 */
export async function takeOff(
  { timeline }: Portal,
  commentId: number,
  contactIds: readonly number[],
): Promise<void> {
  for (const contactId of new Set(contactIds))
    if (await timeline.deleteComment({ commentId, contactId, lane: 'history' })) return;
}
