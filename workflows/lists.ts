import { ActivityFailure, ApplicationFailure, upsertSearchAttributes } from '@temporalio/workflow';
import { searchAttributes, type Listing } from './messages';

const { portal, state, attention, lastSync } = searchAttributes;

/** A workflow as Temporal's lists show it. */
export interface ListedFacts {
  state: string;
  /** The code. */
  attention: string | null;
  lastSyncAt: string | null;
  /** Without it a quiet round would change the lists, which costs an event. */
  changedAt: string | null;
}

/** What a workflow carries for its place in the lists. */
export interface Lists {
  /** The answer of the last step. Null: the lists are not to be told, and a command to do so would fail. */
  listing: Listing | null;
  /** What they were told last. */
  listed: string | null;
}

export const unlisted: Lists = { listing: null, listed: null };

/** A step that answered says whether its worker may tell the lists. */
export function takeListing(lists: Lists, answer: { listing?: Listing | null } | null): void {
  if (answer) lists.listing = answer.listing ?? null;
}

/** So does a step's failure. */
export function takeListingOf(lists: Lists, error: unknown): void {
  const cause = error instanceof ActivityFailure ? error.cause : null;
  const [told] = (cause instanceof ApplicationFailure && cause.details) || [];
  if (isListing(told)) lists.listing = told;
}

const isListing = (told: unknown): told is Listing =>
  typeof told === 'object' && told !== null && 'portalId' in told && typeof told.portalId === 'string';

const dateOf = ({ lastSyncAt }: ListedFacts): Date | null =>
  lastSyncAt === null ? null : new Date(lastSyncAt);

const toMark = (listing: Listing, facts: ListedFacts): string =>
  [listing.portalId, facts.state, facts.attention, facts.changedAt].join(' ');

/** Tells the lists what has changed since they were told last: one event in the history. */
export function showInLists(lists: Lists, facts: ListedFacts): void {
  const { listing } = lists;
  if (listing === null) return;
  const mark = toMark(listing, facts);
  if (mark === lists.listed) return;
  lists.listed = mark;
  upsertSearchAttributes([
    { key: portal, value: listing.portalId },
    { key: state, value: facts.state },
    { key: attention, value: facts.attention },
    { key: lastSync, value: dateOf(facts) },
  ]);
}

/** The options of a next run, which tell the lists everything without an event. */
export function toNextRun(lists: Lists, facts: ListedFacts) {
  const { listing } = lists;
  if (listing === null) return {};
  lists.listed = toMark(listing, facts);
  const at = dateOf(facts);
  return {
    typedSearchAttributes: [
      { key: portal, value: listing.portalId },
      { key: state, value: facts.state },
      ...(facts.attention === null ? [] : [{ key: attention, value: facts.attention }]),
      ...(at === null ? [] : [{ key: lastSync, value: at }]),
    ],
  };
}
