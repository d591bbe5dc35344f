import { AskAdminError, BadRequestError, type Bitrix24Error } from '../../bitrix24/errors';
import type { Attention } from '../../domain/link';
import { pauseOfRefusal } from '../../domain/rhythm/pause-after';
import type { Creation, CreationRefusal, LinkDoc } from '../../store/links/link-schema';
import { toAttention } from '../attention';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';

/** A contact that Bitrix24 will not have as it is: why, with the time of the next try, and how long until then. */
export interface Refused {
  kind: 'refused';
  attention: Attention;
  retryAfterMs: number;
}

const nextAtOf = ({ creation }: LinkDoc): Date =>
  creation?.state === 'planned' ? (creation.refusal?.nextAt ?? new Date(0)) : new Date(0);

/** Whether the pause of a refusal is under way. It is kept on the link: a lost workflow does not shorten it. */
export const isRefusedStill = (link: LinkDoc): boolean => nextAtOf(link) > new Date();

export const toRefused = (link: LinkDoc): Refused => ({
  kind: 'refused',
  attention: link.attention ?? toAttention({ code: 'refused', advice: link.creation?.refusal?.advice ?? '' }),
  retryAfterMs: Math.max(0, nextAtOf(link).getTime() - Date.now()),
});

/** A refusal that a person can mend; null for what concerns the portal as a whole. */
function explain(error: Bitrix24Error): Omit<CreationRefusal, 'times' | 'nextAt'> | null {
  const { code, advice, portalWide } = toTrouble(error);
  if (portalWide) return null;
  if (error instanceof AskAdminError && error.requiredFields.length > 0) {
    const fields = error.requiredFields.map(({ name, title, options }) => ({ name, title, options }));
    return { code: 'fields_required', advice, fields };
  }
  if (!(error instanceof BadRequestError)) return { code, advice, fields: [] };
  const { field } = error;
  const fields = field === undefined ? [] : [{ name: field, title: field, options: [] }];
  return { code: 'value_refused', advice: 'Bitrix24 refuses a value of the new contact.', fields };
}

/** The words of a refusal say when the same contact is asked for again. */
const withNextTry = (advice: string, nextAt: Date): string =>
  `${advice} Next try: ${nextAt.toISOString().slice(0, 16).replace('T', ' ')} UTC, or when you ask.`;

/**
 * Puts the creation back with its refusal, for the caller who waits, and with a pause that grows from a minute to a
 * day; success clears what stands on the link. Null: the portal as a whole is in trouble, which is no refusal.
 */
export async function takeBack(
  { store: { links } }: ActivityDeps,
  link: LinkDoc,
  sending: Creation,
  error: Bitrix24Error,
): Promise<Refused | null> {
  const explained = explain(error);
  if (!explained) {
    await links.moveCreation(link._id, sending, { ...sending, state: 'planned' });
    return null;
  }
  const times = (link.creation?.refusal?.times ?? 0) + 1;
  const retryAfterMs = pauseOfRefusal(times);
  const nextAt = new Date(Date.now() + retryAfterMs);
  const refusal: CreationRefusal = { ...explained, times, nextAt };
  await links.moveCreation(link._id, sending, { ...sending, state: 'planned', refusal });
  const { code } = toTrouble(error);
  const attention = toAttention({ code, advice: withNextTry(explained.advice, nextAt) });
  if (link.attention?.code === code) {
    attention.since = link.attention.since;
    await links.setAttention(link._id, null);
  }
  await links.setAttention(link._id, attention);
  return { kind: 'refused', attention, retryAfterMs };
}
