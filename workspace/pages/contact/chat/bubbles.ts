import type { Message } from '../../../api/queries/chats';
import { withoutTurns } from '../../../parts/foreign';

type Version = Message['versions'][number];

export type MessageState = 'waiting' | 'onPage';

/** A message as a person reads it: its last words, what became of it, and who reacted. */
export interface Bubble {
  id: string;
  fromMe: boolean;
  sender: string | null;
  kind: string;
  text: string | null;
  fileName: string | null;
  quotedText: string | null;
  forwarded: boolean;
  isEdited: boolean;
  /** Earlier texts, the oldest first. */
  before: string[];
  isDeleted: boolean;
  reactions: string[];
  sentAt: string;
  entryId: string | null;
  state: MessageState;
}

const isContent = ({ event }: Version): boolean => event === 'create' || event === 'edit';

/** Of everything that came of a message: an edit replaces the words, and a deletion keeps them to be seen. */
export function toBubble({ id, fromMe, senderName, versions }: Message): Bubble | null {
  const contents = versions.filter(isContent);
  const first = contents[0];
  const last = contents.at(-1);
  if (!first || !last) return null;
  const isWaiting = versions.some(({ entryId }) => entryId === null);
  return {
    id,
    fromMe,
    sender: senderName,
    kind: first.kind,
    text: last.text === null ? null : withoutTurns(last.text),
    fileName: first.fileName,
    quotedText: first.quotedText,
    forwarded: first.forwarded,
    isEdited: contents.length > 1,
    before: contents.slice(0, -1).flatMap(({ text }) => (text === null ? [] : withoutTurns(text))),
    isDeleted: versions.some(({ event }) => event === 'revoke'),
    reactions: versions.filter(({ event }) => event === 'reaction').flatMap(({ text }) => text || []),
    sentAt: first.sentAt,
    entryId: first.entryId,
    state: isWaiting ? 'waiting' : 'onPage',
  };
}

/** Bubbles by the day they were sent, oldest first. */
export function toDays(messages: readonly Message[]): { day: string; bubbles: Bubble[] }[] {
  const bubbles = messages
    .flatMap((message) => toBubble(message) ?? [])
    .sort((a, b) => a.sentAt.localeCompare(b.sentAt));
  const days = new Map<string, Bubble[]>();
  for (const bubble of bubbles) {
    const day = new Date(bubble.sentAt).toDateString();
    days.set(day, [...(days.get(day) ?? []), bubble]);
  }
  return [...days.values()].map((ofDay) => ({ day: ofDay[0]?.sentAt ?? '', bubbles: ofDay }));
}
