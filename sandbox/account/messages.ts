import { createHash } from 'node:crypto';
import type { PlannedMessage } from './account-state';
import { ownName, ownPhone, people, type Line, type Person } from './dialogues';

/** One message of the ingest body. */
export interface IngestMessage {
  id: string;
  chatId: string;
  fromMe: boolean;
  sender: { id: string; phone: string; name: string };
  timestamp: number;
  type: 'text';
  text: string;
  event: 'create';
}

const twoDaysSeconds = 2 * 24 * 3600;

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

/** The same message always has the same id, so that posting it again is a duplicate. */
const toStanzaId = (accountId: string, name: string) =>
  `3EB0${hash(`${accountId}/${name}`).slice(0, 18)}`.toUpperCase();

function toMessage(person: Person, line: Line, id: string, timestamp: number): IngestMessage {
  const fromMe = line.startsWith('>');
  const phone = fromMe ? ownPhone : `+${person.digits}`;
  const sender = { id: `${phone.slice(1)}@c.us`, phone, name: fromMe ? ownName : person.name };
  return {
    id,
    chatId: `${person.digits}@c.us`,
    fromMe,
    sender,
    timestamp,
    type: 'text',
    text: line.slice(2),
    event: 'create',
  };
}

/** The messages from before the account was connected: spread over the two days before `startedAtMs`, oldest first. */
export function createHistory(accountId: string, startedAtMs: number): IngestMessage[] {
  const endSeconds = Math.floor(startedAtMs / 1000);
  const messages = people.flatMap((person, at) =>
    person.history.map((line, index) => {
      const share = (index + 0.15 * at + 0.1) / (person.history.length + 1);
      const timestamp = endSeconds - Math.round(twoDaysSeconds * (1 - share));
      return toMessage(person, line, toStanzaId(accountId, `history/${at}/${index}`), timestamp);
    }),
  );
  return messages.sort((a, b) => a.timestamp - b.timestamp);
}

/** The next speaker: everybody has a turn before anybody has the next. */
export function planNext(liveCounts: readonly number[], nowMs: number): PlannedMessage {
  const counts = people.map((_person, at) => liveCounts[at] ?? 0);
  const least = Math.min(...counts);
  const waiting = counts.flatMap((count, at) => (count === least ? [at] : []));
  const pick = Number.parseInt(hash(`turn/${counts.join()}`).slice(0, 6), 16) % waiting.length;
  return { person: waiting[pick] ?? 0, index: least, sentAtSeconds: Math.floor(nowMs / 1000) };
}

/** The live message that was planned. */
export function toLiveMessage(
  accountId: string,
  { person: at, index, sentAtSeconds }: PlannedMessage,
): IngestMessage {
  const person = people[at] ?? people[0];
  const line = person?.live[index % person.live.length];
  if (person === undefined || line === undefined) throw new Error(`no person ${at}`);
  return toMessage(person, line, toStanzaId(accountId, `live/${at}/${index}`), sentAtSeconds);
}
