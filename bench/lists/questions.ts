import { linkId, phone } from '../queries/seed';

/** What is asked of the list of links; `round` varies what is looked for, so that no answer is only remembered. */
export interface Question {
  name: string;
  path: (round: number) => string;
}

/** What the questions are about. */
export interface Seeded {
  links: number;
  portalId: string;
  largeAccountId: string;
  smallAccountId: string;
  middleAccountId: string;
}

const list = (query: Record<string, string>): string =>
  `/api/v1/links?${new URLSearchParams({ limit: '50', ...query }).toString()}`;
const count = (query: Record<string, string>): string =>
  `/api/v1/links/count?${new URLSearchParams(query).toString()}`;

/** A different one of the links in each round. */
const nth = (links: number, round: number): number => (round * 7_919 + 12_345) % links;

const searches = ({ links }: Seeded): Question[] => [
  { name: 'one name', path: (round) => list({ q: `person ${nth(links, round)}` }) },
  { name: 'part of many names', path: () => list({ q: 'perso' }) },
  { name: 'a name that nobody has', path: (round) => list({ q: `nobody ${round}` }) },
  { name: 'a whole number', path: (round) => list({ q: phone(nth(links, round)) }) },
  { name: 'the end of a number', path: (round) => list({ q: phone(nth(links, round)).slice(-5) }) },
  { name: 'a contact id', path: (round) => list({ q: `${10 + (round % 89)}` }) },
  {
    name: 'one name, linked, those that need a person first',
    path: (round) => list({ q: `person ${nth(links, round)}`, state: 'linked', sort: 'attention' }),
  },
  { name: 'exactly by number', path: (round) => list({ phone: phone(nth(links, round)) }) },
  { name: 'exactly by contact id', path: (round) => list({ crmContactId: `${nth(links, round) + 1}` }) },
];

const filters = ({ portalId, largeAccountId, smallAccountId, middleAccountId }: Seeded): Question[] => [
  { name: 'all, newest first', path: () => list({}) },
  { name: 'of one portal', path: () => list({ portalId }) },
  ...['linked', 'pending', 'unlinking', 'unlinked'].map((state) => ({
    name: state,
    path: () => list({ state }),
  })),
  { name: 'paused', path: () => list({ state: 'linked', rhythm: 'paused' }) },
  { name: 'messages waiting', path: () => list({ waiting: 'true' }) },
  { name: 'need a person', path: () => list({ attention: 'any' }) },
  { name: 'need nobody', path: () => list({ attention: 'none' }) },
  { name: 'one code of attention', path: () => list({ attention: 'contact_gone' }) },
  { name: 'of an account with few chats', path: () => list({ accountId: smallAccountId }) },
  {
    name: 'of an account with 3 in 100 chats',
    path: () => list({ accountId: middleAccountId }),
  },
  { name: 'the same, unlinked', path: () => list({ accountId: middleAccountId, state: 'unlinked' }) },
  { name: 'of an account with nearly all chats', path: () => list({ accountId: largeAccountId }) },
  {
    name: 'behind for 5 minutes',
    path: () => list({ lastSyncBefore: new Date(Date.now() - 300_000).toISOString() }),
  },
];

const orders: Question[] = [
  { name: 'those that need a person first', path: () => list({ sort: 'attention' }) },
  {
    name: 'linked, those that need a person first',
    path: () => list({ state: 'linked', sort: 'attention' }),
  },
  { name: 'longest behind first', path: () => list({ sort: 'lastSync' }) },
  { name: 'paused, longest behind first', path: () => list({ rhythm: 'paused', sort: 'lastSync' }) },
];

const counts: Question[] = [
  { name: 'count of all', path: () => count({}) },
  { name: 'count of linked', path: () => count({ state: 'linked' }) },
  { name: 'count of those that need a person', path: () => count({ attention: 'any' }) },
  { name: 'count of a search', path: () => count({ q: 'perso' }) },
];

const others = ({ links }: Seeded): Question[] => [
  { name: 'one contact card', path: (round) => `/api/v1/links/${linkId(nth(links, round))}` },
  { name: 'the overview', path: () => '/api/v1/overview' },
];

/** Every search, filter, order and count of the list, and what else the pages ask for first. */
export const listQuestions = (seeded: Seeded): Question[] => [
  ...searches(seeded),
  ...filters(seeded),
  ...orders,
  ...counts,
  ...others(seeded),
];
