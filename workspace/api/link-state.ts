import type { Schemas } from './client';

export type Link = Schemas['Link'];

export type Tone = 'good' | 'calm' | 'warn' | 'bad' | 'quiet';

/** What a manager has to know of a link, the most pressing first; each has its words in the messages. */
const conditions = {
  pending: 'calm',
  attention: 'bad',
  doubt: 'warn',
  unlinking: 'calm',
  unlinked: 'quiet',
  paused: 'quiet',
  waiting: 'calm',
  upToDate: 'good',
} as const satisfies Record<string, Tone>;

export type Condition = keyof typeof conditions;

export const toneOf = (condition: Condition): Tone => conditions[condition];

export function conditionOf({ state, attention, doubt, rhythm, counts }: Link): Condition {
  if (state === 'unlinking' || state === 'unlinked') return state;
  if (attention) return 'attention';
  if (state === 'pending') return 'pending';
  if (doubt) return 'doubt';
  if (rhythm === 'paused') return 'paused';
  return counts.pendingMessages > 0 ? 'waiting' : 'upToDate';
}

/** How a person is called where no name is known. */
export const nameOf = ({ name, numbers }: Pick<Link, 'name' | 'numbers'>): string =>
  name ?? numbers[0] ?? '—';
