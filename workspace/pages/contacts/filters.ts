import type { LinkFilter } from '../../api/queries/links';

/** What the list can be narrowed to, as people call it, and as the API is asked for it. */
export const views = {
  all: {},
  attention: { attention: 'any' },
  linked: { state: 'linked' },
  waiting: { waiting: 'true' },
  behind: { state: 'linked' },
  paused: { state: 'linked', rhythm: 'paused' },
  pending: { state: 'pending' },
  unlinked: { state: 'unlinked' },
} as const satisfies Record<string, LinkFilter>;

export type View = keyof typeof views;

const behindMs = 10 * 60_000;
const minuteMs = 60_000;

/** The filter of a view. By whole minutes, so that one question has one answer for a while. */
export function filterOf(view: View) {
  if (view !== 'behind') return views[view];
  const before = Math.floor((Date.now() - behindMs) / minuteMs) * minuteMs;
  return { ...views.behind, lastSyncBefore: new Date(before).toISOString() };
}

export const isView = (word: unknown): word is View => typeof word === 'string' && word in views;

const orders = ['attention', 'newest', 'lastSync'] as const;
/** What needs a person is seen first. */
export const usualOrder = 'attention';
export type Order = (typeof orders)[number];

export const isOrder = (word: unknown): word is Order => orders.some((order) => order === word);

/** Only linked ones are checked, so that those who are not have no order by it. */
export const ordersOf = (view: View): readonly Order[] =>
  view === 'pending' || view === 'unlinked' ? ['attention', 'newest'] : orders;
