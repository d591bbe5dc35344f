import { z } from 'zod';
import { phoneOf } from '../../domain/identity';
import { clocksOf, type ParkedCheck } from '../../domain/rhythm/parked-check';
import { countWaitingOfLinks } from '../../intake/groups/count-waiting';
import type { Waiting } from '../../store/delivery/target-counts';
import { countBackedUp, type LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';
import { timeField } from '../http/fields';
import { pick, toCard } from './to-card';
import { whoSchema } from './who-card';

export const linkState = z.enum(['pending', 'linked', 'unlinking', 'unlinked']);
export const linkRhythm = z.enum(['rounds', 'parked', 'paused']);
export const attentionSchema = z
  .object({ code: z.string(), advice: z.string(), since: z.string() })
  .nullable()
  .meta({ id: 'Attention', description: 'What a person must know or do, or null.' });

const time = timeField.nullable();
const clocksSchema = z.object({ lastSyncAt: time, lastCheckedAt: time, lastBackedUpAt: time });
const doubtSchema = z.object({
  code: z.enum(['contact_gone', 'number_gone']),
  since: timeField,
  nextAt: timeField,
});
const changeSchema = z.object({
  kind: z.enum(['changeContact', 'unlink']),
  crmContactId: z.number().nullable(),
  operationId: z.string(),
});
const eventSchema = z.object({
  at: timeField,
  what: z.string(),
  crmContactId: z.number().nullable(),
  who: whoSchema.nullable().meta({ description: 'Who asked for it; null: it came by itself.' }),
});

/** Counts of one contact's page: own chats and groups. */
export const countFields = {
  pendingMessages: z.number().meta({
    description:
      'What is still to come onto the contact’s page of what is new: of the person’s own chats, and of groups what was said while they were in them, as the group’s policy says. A change and a file count by themselves, a long text once for each comment it needs.',
  }),
  pendingHistory: z.number().meta({ description: 'The same of what is older than the link.' }),
  messagesBackedUp: z.number().meta({
    description:
      'Messages and changes that are confirmed on the contact’s page, of the person’s own chats and of groups; files are not counted, a long text once for each of its comments.',
  }),
};

/** A link with its person, as lists and pages show it. */
export const linkCardSchema = z
  .object({
    id: z.string(),
    portalId: z.string(),
    personId: z.string(),
    name: z.string().nullable(),
    names: z.array(z.string()),
    numbers: z.array(z.string()),
    crmContactId: z.number().nullable(),
    decision: z
      .object({
        rule: z.string(),
        matchedValue: z.string().nullable(),
        confidence: z.number().nullable(),
        by: z.enum(['phone', 'person', 'created']),
        who: whoSchema.nullable().meta({ description: 'Who asked for it; null: nobody did.' }),
        at: timeField,
      })
      .nullable(),
    state: linkState,
    rhythm: linkRhythm,
    attention: attentionSchema,
    reviewId: z.string().nullable(),
    clocks: clocksSchema,
    counts: z.object(countFields),
    doubt: doubtSchema
      .nullable()
      .meta({ description: 'Why the contact may no longer be the right one; `nextAt`: looked up again.' }),
    doNotLinkAgain: z.boolean().meta({ description: 'A person ended the link for good.' }),
    change: changeSchema
      .nullable()
      .meta({ description: 'The change under way; `GET /operations/{operationId}` shows how far it is.' }),
    history: z
      .array(eventSchema)
      .meta({ description: 'What happened to the link, oldest first: at most the last 100 events.' }),
    createdAt: timeField,
    updatedAt: timeField.meta({
      description: 'The last change; clocks and waiting messages alone are none.',
    }),
  })
  .meta({ id: 'Link', description: 'One person linked, or about to be, with a contact of the CRM.' });

export type LinkCard = z.output<typeof linkCardSchema>;

const phonesOf = ({ aliases }: PersonDoc): string[] =>
  aliases.map((alias) => phoneOf([alias])).filter((e164) => e164 !== null);

const nothingWaits: Waiting = { live: 0, history: 0 };

interface Beside {
  person: PersonDoc | undefined;
  waiting: Waiting | undefined;
  check: ParkedCheck | undefined;
}

const toLinkCard = (link: LinkDoc, { person, waiting = nothingWaits, check }: Beside): LinkCard =>
  toCard(linkCardSchema, {
    ...link,
    name: person?.name ?? null,
    names: person?.names.map(({ name }) => name) ?? [],
    numbers: person ? phonesOf(person) : [],
    decision: link.decision && { ...link.decision, who: link.decision.who ?? null },
    attention: link.attention ?? null,
    reviewId: link.reviewId ?? null,
    clocks: pick(clocksSchema, { ...link, ...clocksOf(link, check, waiting.live > 0) }),
    counts: {
      pendingMessages: waiting.live,
      pendingHistory: waiting.history,
      messagesBackedUp: countBackedUp(link),
    },
    doubt: link.doubt && pick(doubtSchema, link.doubt),
    doNotLinkAgain: link.doNotLinkAgain ?? false,
    change: link.change && pick(changeSchema, link.change),
    updatedAt: link.updatedAt ?? link.createdAt,
    history: link.history.map((event) => pick(eventSchema, { ...event, who: event.who ?? null })),
  });

/** The links as cards, with a few reads for all of them. */
export async function loadLinkCards(store: Store, links: readonly LinkDoc[]): Promise<LinkCard[]> {
  const [people, counts, checks] = await Promise.all([
    store.people.loadMany(links.map(({ personId }) => personId)),
    countWaitingOfLinks(store, links),
    store.portals.findParkedChecks(links.map(({ portalId }) => portalId)),
  ]);
  const byId = new Map(people.map((person) => [person._id, person]));
  return links.map((link) =>
    toLinkCard(link, {
      ...{ person: byId.get(link.personId), waiting: counts.get(link._id) },
      check: checks.get(link.portalId),
    }),
  );
}

/** One link as a card. */
export async function loadLinkCard(store: Store, link: LinkDoc): Promise<LinkCard> {
  const [card] = await loadLinkCards(store, [link]);
  if (!card) throw new Error('a link without a card');
  return card;
}
