import { z } from 'zod';
import type { EntryDoc } from '../../store/delivery/entries';
import { timeField } from '../http/fields';

export const deliverySchema = z
  .object({
    state: z.enum(['none', 'waiting', 'sending', 'onPage', 'refused', 'removed']).meta({
      description:
        '`none`: nobody is linked, or it is not wanted; `sending`: asked of Bitrix24, no answer yet; `refused`: a placeholder stands for it; `removed`: taken off the page.',
    }),
    entryId: z.string().nullable(),
    crmContactId: z.number().nullable(),
    commentId: z.number().nullable(),
    deliveredAt: timeField.nullable(),
    reason: z.string().nullable().meta({ description: 'The code with which Bitrix24 refused its text.' }),
  })
  .meta({ id: 'MessageDelivery', description: 'Where a version of a message is on its way to the page.' });

type Delivery = z.output<typeof deliverySchema>;

const nowhere: Delivery = {
  ...{ state: 'none', entryId: null, crmContactId: null, commentId: null },
  ...{ deliveredAt: null, reason: null },
};

const stateOf = ({ state, placeholder }: EntryDoc): Delivery['state'] => {
  if (state === 'planned') return 'waiting';
  if (state === 'delivered') return placeholder ? 'refused' : 'onPage';
  return state;
};

/** Where a version is, by the entry that it is in, or by its row that waits for one. */
export function toDelivery(entry: EntryDoc | undefined, waits: boolean): Delivery {
  if (!entry) return { ...nowhere, state: waits ? 'waiting' : 'none' };
  const { _id: entryId, crmContactId, commentId, deliveredAt, placeholder, refused } = entry;
  const reason = placeholder ? (refused?.code ?? null) : null;
  return { state: stateOf(entry), entryId, crmContactId, commentId, deliveredAt, reason };
}
