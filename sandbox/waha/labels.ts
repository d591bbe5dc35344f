import { z } from 'zod';
import type { Session } from './session';
import type { WahaState } from './waha-state';
import { sendEvent } from './webhooks';

/** What somebody does with a label on the phone. `events: lost`: no webhook tells of it, as with WEBJS. */
export const labellingSchema = z.strictObject({
  name: z.string(),
  /** Null: the label is only made. */
  chatId: z.string().nullable().default(null),
  /** False: it is taken off. */
  on: z.boolean().default(true),
  events: z.enum(['sent', 'lost']).default('sent'),
});
export type Labelling = z.input<typeof labellingSchema>;

export const toLabelView = (id: string, name: string) => ({ id, name, color: 1, colorHex: '#64c4ff' });

/** Puts a label on a chat or takes it off; one that is not there yet is made. */
export function setLabel(waha: WahaState, session: Session, given: Labelling): void {
  const { name, chatId, on, events } = labellingSchema.parse(given);
  const labels = (session.labels ??= {});
  const known = Object.entries(labels).find(([, label]) => label.name === name);
  const id = known?.[0] ?? String(Object.keys(labels).length + 1);
  const label = (labels[id] ??= { name, chats: [] });
  const others = label.chats.filter((chat) => chat !== chatId);
  label.chats = chatId !== null && on ? [...others, chatId] : others;
  waha.save();
  if (events === 'lost') return;
  if (!known) sendEvent(waha, session, 'label.upsert', toLabelView(id, name));
  if (chatId === null) return;
  const payload = { labelId: id, chatId, label: toLabelView(id, name) };
  sendEvent(waha, session, on ? 'label.chat.added' : 'label.chat.deleted', payload);
}
