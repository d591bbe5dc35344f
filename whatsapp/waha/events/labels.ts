import { z } from 'zod';

/** NOWEB and GOWS say when labels change; WEBJS says nothing. */
export const labelEvents = ['label.upsert', 'label.deleted', 'label.chat.added', 'label.chat.deleted'];

const known = z.looseObject({
  event: z.string(),
  payload: z.looseObject({ status: z.string().nullish() }).nullish().catch(null),
});

/**
 * Whether the labels of chats may be others than before: by what the event says, or because the session begins to work and was told of nothing
 * meanwhile. What they are is asked for; the events themselves come late, twice, and without the label's name.
 */
export function mayChangeLabels(payload: unknown): boolean {
  const { data } = known.safeParse(payload);
  if (!data) return false;
  return (
    labelEvents.includes(data.event) ||
    (data.event === 'session.status' && data.payload?.status === 'WORKING')
  );
}
