import type { Message } from '../../../api/queries/chats';
import { withoutTurns } from '../../../parts/people/foreign';
import { countAnswers, countReactions, countVotes, type Version } from './changes';

export type Delivery = Version['delivery'];
/** Where the page of a contact is; null: not known. */
export type PageOf = (crmContactId: number | null) => string | null;
export type MessageFile = NonNullable<Version['file']>;
export type Details = NonNullable<Version['details']>;
export type Counted = [word: string, times: number][];

/** A message as a person reads it: its last words, what became of it, who reacted, and where it is on its way. */
export interface Bubble {
  id: string;
  fromMe: boolean;
  sender: string | null;
  kind: string;
  text: string | null;
  fileName: string | null;
  file: MessageFile | null;
  quotedText: string | null;
  forwarded: boolean;
  isEdited: boolean;
  /** Earlier texts, the oldest first. */
  before: string[];
  isDeleted: boolean;
  /** Nothing of it is kept here any more; it is on the page. */
  isEmptied: boolean;
  details: Details;
  reactions: Counted;
  votes: Counted;
  answers: Counted;
  sentAt: string;
  delivery: Delivery;
}

const isContent = ({ event }: Version): boolean => event === 'create' || event === 'edit';
/** What a person has to know first, of all versions of a message. */
const order: Delivery['state'][] = ['refused', 'sending', 'waiting', 'removed', 'none', 'onPage'];

const worstOf = (versions: readonly Version[]): Delivery | undefined =>
  versions.map(({ delivery }) => delivery).sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state))[0];

const clean = (text: string | null): string | null => (text === null ? null : withoutTurns(text));

/** Of everything that came of a message: an edit replaces the words, and a deletion keeps them to be seen. */
function toBubble({ id, fromMe, senderName, versions, emptiedAt }: Message): Bubble | null {
  const contents = versions.filter(isContent);
  const first = contents[0];
  const last = contents.at(-1);
  const delivery = worstOf(versions);
  if (!first || !last || !delivery) return null;
  return {
    id,
    fromMe,
    sender: senderName,
    kind: first.kind,
    text: clean(last.text),
    fileName: clean(first.fileName),
    file: first.file,
    quotedText: first.quotedText,
    forwarded: first.forwarded,
    isEdited: contents.length > 1,
    before: contents.slice(0, -1).flatMap(({ text }) => clean(text) ?? []),
    isDeleted: versions.some(({ event }) => event === 'revoke'),
    isEmptied: emptiedAt !== null,
    details: last.details ?? {},
    reactions: countReactions(versions),
    votes: countVotes(versions),
    answers: countAnswers(versions),
    sentAt: first.sentAt,
    delivery,
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
