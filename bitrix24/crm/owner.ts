import { Bitrix24Error, ContactGoneError, OwnerNotFoundError, UnclearRefusalError } from '../errors';
import { toMap, toNumber } from '../rest/answer';
import type { Ask, AskOptions } from './ask';
import { getItem } from './contact-items';

/** What a page answers; one that does not find its contact is believed when the contact itself says that it is gone. */
export async function askPage<T>(ask: Ask, asked: Promise<T>, options?: AskOptions): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof OwnerNotFoundError) || !(await isGone(ask, error, options))) throw error;
    const { code, method, crmContactId } = error;
    throw new ContactGoneError({ code, method, crmContactId, cause: error });
  }
}

/** False, too, where it cannot be learnt now. */
async function isGone(ask: Ask, { crmContactId }: OwnerNotFoundError, options?: AskOptions) {
  try {
    return (await getItem(ask, crmContactId, options)) === null;
  } catch (error) {
    if (error instanceof Bitrix24Error) return false;
    throw error;
  }
}

/** Whether a comment that was refused for its owner is on the contact's page no more; its other pages do not matter. */
export async function isOffPage(
  ask: Ask,
  { commentId, contactId }: { commentId: number; contactId: number },
  options?: AskOptions,
): Promise<boolean> {
  const method = 'crm.timeline.bindings.list';
  const { result } = await ask(method, { filter: { OWNER_ID: commentId } }, options);
  if (!Array.isArray(result)) throw new UnclearRefusalError({ code: 'UNREADABLE_LIST', method });
  const pages = result.map((binding) => toMap(binding));
  return !pages.some(
    ({ ENTITY_ID, ENTITY_TYPE }) =>
      toNumber(ENTITY_ID) === contactId && String(ENTITY_TYPE).toLowerCase() === 'contact',
  );
}
