import type { Attention, Rhythm } from '../link';

/** What decides whether a link may carry a group. */
export interface CarrierFacts {
  state: string;
  rhythm: Rhythm;
  attention: Attention | null;
  change: object | null;
  doubt: object | null;
}

/** Trouble of one contact's page: another member's page may well take the comment. */
const ownTroubles = [
  'contact_gone',
  'contact_unreadable',
  'number_gone',
  'ask_administrator',
  'page_unreadable',
];

/** Whether a comment can be put on this link's page now: it is in rounds, and its page is not known to refuse. */
export const canCarry = ({ state, rhythm, attention, change, doubt }: CarrierFacts): boolean =>
  state === 'linked' &&
  rhythm !== 'paused' &&
  change === null &&
  doubt === null &&
  !ownTroubles.includes(attention?.code ?? '');

/** Who is woken for a group: a link that comes round by itself costs nothing; else the first that is parked. Null: nobody can. */
export function chooseCarrier<One extends CarrierFacts>(links: readonly One[]): One | null {
  const able = links.filter(canCarry);
  return able.find(({ rhythm }) => rhythm === 'rounds') ?? able[0] ?? null;
}
