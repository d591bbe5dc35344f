import { linkId, phone } from '../queries/seed';
import type { Asked } from './ask';

/** What is asked of the list of links; `round` varies what is looked for, so that no answer is only remembered. */
export interface Question {
  name: string;
  ask: (round: number) => Asked;
}

/** What the questions are about. */
export interface Seeded {
  links: number;
  portalId: string;
  largeAccountId: string;
  smallAccountId: string;
  middleAccountId: string;
}

/** Whether somebody typed it: the page asks for that in the body, so that no log of addresses has a name or number. */
const isTyped = (query: Record<string, string>): boolean => 'q' in query || 'phone' in query;
const list = (query: Record<string, string>): Asked =>
  isTyped(query)
    ? { path: '/api/v1/links/search', body: { limit: 50, ...query } }
    : { path: `/api/v1/links?${new URLSearchParams({ limit: '50', ...query }).toString()}` };
const count = (query: Record<string, string>): Asked =>
  isTyped(query)
    ? { path: '/api/v1/links/search/count', body: query }
    : { path: `/api/v1/links/count?${new URLSearchParams(query).toString()}` };

/** A different one of the links in each round. */
const nth = (links: number, round: number): number => (round * 7_919 + 12_345) % links;

const searches = ({ links }: Seeded): Question[] => [
  { name: 'one name', ask: (round) => list({ q: `person ${nth(links, round)}` }) },
  { name: 'part of many names', ask: () => list({ q: 'perso' }) },
  { name: 'a name that nobody has', ask: (round) => list({ q: `nobody ${round}` }) },
  { name: 'a whole number', ask: (round) => list({ q: phone(nth(links, round)) }) },
  { name: 'the end of a number', ask: (round) => list({ q: phone(nth(links, round)).slice(-5) }) },
  { name: 'a contact id', ask: (round) => list({ q: `${10 + (round % 89)}` }) },
  {
    name: 'one name, linked, those that need a person first',
    ask: (round) => list({ q: `person ${nth(links, round)}`, state: 'linked', sort: 'attention' }),
  },
  { name: 'exactly by number', ask: (round) => list({ phone: phone(nth(links, round)) }) },
  { name: 'exactly by contact id', ask: (round) => list({ crmContactId: `${nth(links, round) + 1}` }) },
];

const filters = ({ portalId, largeAccountId, smallAccountId, middleAccountId }: Seeded): Question[] => [
  { name: 'all, newest first', ask: () => list({}) },
  { name: 'of one portal', ask: () => list({ portalId }) },
  ...['linked', 'pending', 'unlinking', 'unlinked'].map((state) => ({
    name: state,
    ask: () => list({ state }),
  })),
  { name: 'paused', ask: () => list({ state: 'linked', rhythm: 'paused' }) },
  { name: 'messages waiting', ask: () => list({ waiting: 'true' }) },
  { name: 'need a person', ask: () => list({ attention: 'any' }) },
  { name: 'need nobody', ask: () => list({ attention: 'none' }) },
  { name: 'one code of attention', ask: () => list({ attention: 'contact_gone' }) },
  { name: 'of an account with few chats', ask: () => list({ accountId: smallAccountId }) },
  {
    name: 'of an account with 3 in 100 chats',
    ask: () => list({ accountId: middleAccountId }),
  },
  { name: 'the same, unlinked', ask: () => list({ accountId: middleAccountId, state: 'unlinked' }) },
  { name: 'of an account with nearly all chats', ask: () => list({ accountId: largeAccountId }) },
  {
    name: 'behind for 5 minutes',
    ask: () => list({ lastSyncBefore: new Date(Date.now() - 300_000).toISOString() }),
  },
];

const orders: Question[] = [
  { name: 'those that need a person first', ask: () => list({ sort: 'attention' }) },
  {
    name: 'linked, those that need a person first',
    ask: () => list({ state: 'linked', sort: 'attention' }),
  },
  { name: 'longest behind first', ask: () => list({ sort: 'lastSync' }) },
  { name: 'paused, longest behind first', ask: () => list({ rhythm: 'paused', sort: 'lastSync' }) },
];

const counts: Question[] = [
  { name: 'count of all', ask: () => count({}) },
  { name: 'count of linked', ask: () => count({ state: 'linked' }) },
  { name: 'count of those that need a person', ask: () => count({ attention: 'any' }) },
  { name: 'count of a search', ask: () => count({ q: 'perso' }) },
];

const others = ({ links }: Seeded): Question[] => [
  { name: 'one contact card', ask: (round) => ({ path: `/api/v1/links/${linkId(nth(links, round))}` }) },
  { name: 'the overview', ask: () => ({ path: '/api/v1/overview' }) },
];

/** Every search, filter, order and count of the list, and what else the pages ask for first. */
export const listQuestions = (seeded: Seeded): Question[] => [
  ...searches(seeded),
  ...filters(seeded),
  ...orders,
  ...counts,
  ...others(seeded),
];
