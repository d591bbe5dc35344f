import type { Message } from '../../../api/queries/chats';
import { withoutTurns } from '../../../parts/people/foreign';

export type Version = Message['versions'][number];

/** In a chat of two the other side needs no name; in a group each change names who did it. */
const doerOf = ({ fromMe, speakerId, senderName }: Version): string =>
  fromMe ? 'us' : (speakerId ?? senderName ?? 'them');

/** Of everybody's changes of one kind the last one counts: a reaction or vote is replaced, or taken back. */
const lastOfEach = (versions: readonly Version[], event: Version['event']): Version[] => [
  ...new Map(
    versions.filter((version) => version.event === event).map((version) => [doerOf(version), version]),
  ).values(),
];

/** How often each word is said, in the order of the first. */
function count(words: readonly string[]): [word: string, times: number][] {
  const times = new Map<string, number>();
  for (const word of words) times.set(word, (times.get(word) ?? 0) + 1);
  return [...times];
}

/** The reactions that stand, with how many gave each. */
export const countReactions = (versions: readonly Version[]) =>
  count(lastOfEach(versions, 'reaction').flatMap(({ text }) => withoutTurns(text) || []));

/** How many chose each option of a poll. */
export const countVotes = (versions: readonly Version[]) =>
  count(lastOfEach(versions, 'vote').flatMap(({ details }) => details?.choices ?? []));

/** How many answered what to an invitation. */
export const countAnswers = (versions: readonly Version[]) =>
  count(lastOfEach(versions, 'response').flatMap(({ details }) => details?.attendance?.answer ?? []));
