import { z } from 'zod';
import { phoneOf } from '../../domain/identity';
import { toLinkTarget } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import { countOfTargets, type TargetCounts } from '../../store/delivery/target-counts';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';

export const time = z.iso.datetime().nullable();
export const attentionSchema = z
  .object({ code: z.string(), advice: z.string(), since: z.string() })
  .nullable()
  .meta({ id: 'Attention', description: 'What a person must know or do, or null.' });

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
        at: z.iso.datetime(),
      })
      .nullable(),
    state: z.enum(['pending', 'linked', 'unlinking', 'unlinked']),
    rhythm: z.enum(['rounds', 'parked', 'paused']),
    attention: attentionSchema,
    reviewId: z.string().nullable(),
    clocks: z.object({ lastSyncAt: time, lastCheckedAt: time, lastBackedUpAt: time }),
    counts: z.object({
      pendingMessages: z.number(),
      pendingHistory: z.number(),
      messagesBackedUp: z.number(),
    }),
    doubt: z
      .object({
        code: z.enum(['contact_gone', 'number_gone']),
        since: z.iso.datetime(),
        nextAt: z.iso.datetime(),
      })
      .nullable()
      .meta({ description: 'Why the contact may no longer be the right one; `nextAt`: looked up again.' }),
    doNotLinkAgain: z.boolean().meta({ description: 'A person ended the link for good.' }),
    change: z
      .object({
        kind: z.enum(['changeContact', 'unlink']),
        crmContactId: z.number().nullable(),
        operationId: z.string(),
      })
      .nullable()
      .meta({ description: 'The change under way; `GET /operations/{operationId}` tells how far it is.' }),
    history: z
      .array(z.object({ at: z.iso.datetime(), what: z.string(), crmContactId: z.number().nullable() }))
      .meta({ description: 'What happened to the link, oldest first: at most the last 100 events.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Link', description: 'One person linked, or about to be, with a contact of the CRM.' });

export type LinkCard = z.output<typeof linkCardSchema>;

export const toIso = (at: Date | null): string | null => at?.toISOString() ?? null;

const phonesOf = ({ aliases }: PersonDoc): string[] =>
  aliases.map((alias) => phoneOf([alias])).filter((e164) => e164 !== null);

const toDoubt = ({ doubt }: LinkDoc): LinkCard['doubt'] =>
  doubt && { code: doubt.code, since: doubt.since.toISOString(), nextAt: doubt.nextAt.toISOString() };

const toChange = ({ change }: LinkDoc): LinkCard['change'] =>
  change && { kind: change.kind, crmContactId: change.crmContactId, operationId: change.operationId };

function toCard(link: LinkDoc, person: PersonDoc | undefined, counts: TargetCounts): LinkCard {
  const { portalId, personId, crmContactId, decision, state, rhythm, attention, reviewId } = link;
  return {
    id: link._id,
    portalId,
    personId,
    name: person?.name ?? null,
    names: person?.names.map(({ name }) => name) ?? [],
    numbers: person ? phonesOf(person) : [],
    crmContactId,
    decision: decision && { ...decision, at: decision.at.toISOString() },
    state,
    rhythm,
    attention: attention ?? null,
    reviewId: reviewId ?? null,
    clocks: {
      lastSyncAt: toIso(link.lastSyncAt),
      lastCheckedAt: toIso(link.lastCheckedAt),
      lastBackedUpAt: toIso(link.lastBackedUpAt),
    },
    counts: {
      pendingMessages: counts.live,
      pendingHistory: counts.history,
      messagesBackedUp: counts.backedUp,
    },
    doubt: toDoubt(link),
    doNotLinkAgain: link.doNotLinkAgain ?? false,
    change: toChange(link),
    history: link.history.map(({ at, what, crmContactId: to }) => ({
      at: at.toISOString(),
      what,
      crmContactId: to,
    })),
    createdAt: link.createdAt.toISOString(),
  };
}

/** The links as cards, with three reads for all of them. */
export async function loadLinkCards(store: Store, links: readonly LinkDoc[]): Promise<LinkCard[]> {
  const [people, counts] = await Promise.all([
    store.people.loadMany(links.map(({ personId }) => personId)),
    countOfTargets(
      store,
      links.map(({ _id }) => toLinkTarget(_id)),
    ),
  ]);
  const byId = new Map(people.map((person) => [person._id, person]));
  return links.map((link) =>
    toCard(
      link,
      byId.get(link.personId),
      counts.get(toLinkTarget(link._id)) ?? { live: 0, history: 0, backedUp: 0 },
    ),
  );
}

/** One link as a card. */
export async function loadLinkCard(store: Store, link: LinkDoc): Promise<LinkCard> {
  const [card] = await loadLinkCards(store, [link]);
  if (!card) throw new Error('a link without a card');
  return card;
}
