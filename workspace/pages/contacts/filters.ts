import type { LinkFilter } from '../../api/queries/links';

/** What the list can be narrowed to, as people call it, and as the API is asked for it. */
export const views = {
  all: {},
  attention: { attention: 'any' },
  linked: { state: 'linked' },
  waiting: { waiting: 'true' },
  paused: { state: 'linked', rhythm: 'paused' },
  pending: { state: 'pending' },
  unlinked: { state: 'unlinked' },
} as const satisfies Record<string, LinkFilter>;

export type View = keyof typeof views;

export const isView = (word: unknown): word is View => typeof word === 'string' && word in views;

const orders = ['newest', 'attention', 'lastSync'] as const;
export type Order = (typeof orders)[number];

export const isOrder = (word: unknown): word is Order => orders.some((order) => order === word);

/** Only linked ones are checked, so that those who are not have no order by it. */
export const ordersOf = (view: View): readonly Order[] =>
  view === 'pending' || view === 'unlinked' ? ['newest', 'attention'] : orders;
