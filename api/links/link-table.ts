import type { LinkCard } from '../cards/link-card';

const toText = (value: Date | number | string | null | undefined): string =>
  value instanceof Date ? value.toISOString() : String(value ?? '');

/** The list of links as a table: a column's name, and what stands in it. */
const columns: Record<string, (card: LinkCard) => Date | number | string | null | undefined> = {
  link: ({ id }) => id,
  name: ({ name }) => name,
  numbers: ({ numbers }) => numbers.join(' '),
  contact: ({ crmContactId }) => crmContactId,
  state: ({ state }) => state,
  rhythm: ({ rhythm }) => rhythm,
  attention: ({ attention }) => attention?.code,
  rule: ({ decision }) => decision?.rule,
  matched: ({ decision }) => decision?.matchedValue,
  decidedBy: ({ decision }) => decision?.who?.name ?? decision?.by,
  lastSyncAt: ({ clocks }) => clocks.lastSyncAt,
  lastCheckedAt: ({ clocks }) => clocks.lastCheckedAt,
  lastBackedUpAt: ({ clocks }) => clocks.lastBackedUpAt,
  waiting: ({ counts }) => counts.pendingMessages,
  backedUp: ({ counts }) => counts.messagesBackedUp,
  createdAt: ({ createdAt }) => createdAt,
};

export const linkTable = {
  head: Object.keys(columns),
  row: (card: LinkCard): string[] => Object.values(columns).map((read) => toText(read(card))),
};
