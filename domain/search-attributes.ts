import type { LinkState, Rhythm } from './link';

/**
 * What Temporal's lists can be searched by: three of the ten attributes of type Keyword that a namespace on PostgreSQL may have, and one of its
 * three dates. Nothing personal: Temporal keeps them readable.
 */
export const searchAttributes = {
  portal: { name: 'ContactLinkPortal', type: 'KEYWORD' },
  state: { name: 'ContactLinkState', type: 'KEYWORD' },
  attention: { name: 'ContactLinkAttention', type: 'KEYWORD' },
  lastSync: { name: 'ContactLinkLastSync', type: 'DATETIME' },
} as const;

/** A link's state and rhythm in one word. */
export type ListedState = Exclude<LinkState, 'linked'> | Rhythm;

export const toListedState = (state: LinkState, rhythm: Rhythm): ListedState =>
  state === 'linked' ? rhythm : state;
