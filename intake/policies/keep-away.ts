import { isStrong, listSamePhones, type Alias, type Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import type { Store } from '../../store/store';
import { identitiesOf, listIdentities, messagesOf, type Delivered, type DeliveredItem } from '../delivery';

/** Those whom it only names: somebody came to a group, or is meant by an `@`. */
const namedIn = ({ details }: IncomingMessage): string[] =>
  [...(details?.group?.people ?? []), ...(details?.mentions ?? [])].map(({ key }) => key);

const keysOf = (aliases: readonly Alias[]): string[] => aliases.filter(isStrong).map(({ key }) => key);

const namesIn = ({ delivery }: Delivered): string[] => [
  ...listIdentities(delivery).flatMap(({ aliases }) => keysOf(aliases)),
  ...messagesOf(delivery.items).flatMap(namedIn),
  ...(delivery.rosters ?? []).flatMap(({ participants }) => participants.flatMap(keysOf)),
];

/** All names by which a person is to be kept away: a number in each of its writings. */
export const listNames = (aliases: readonly Alias[]): string[] => [
  ...new Set(keysOf(aliases.flatMap((alias) => (alias.kind === 'phone' ? listSamePhones(alias) : [alias])))),
];

/**
 * A pair that is new: whoever is kept away by one of two names is by the other one, too. Not by a name that somebody has: a source could keep
 * anybody away by it.
 */
async function learnNames(
  { keptAway, people }: Store,
  portalId: string,
  identities: readonly Identity[],
  away: ReadonlyMap<string, string>,
): Promise<void> {
  for (const { aliases } of identities) {
    const operationId = aliases.flatMap(({ key }) => away.get(key) ?? [])[0];
    const news = aliases.filter((alias) => isStrong(alias) && !away.has(alias.key));
    if (!operationId || news.length === 0) continue;
    const owners = await people.findOwners(portalId, news);
    const free = news.filter(({ key }) => !owners.has(key));
    if (free.length > 0) await keptAway.add(portalId, listNames(free), operationId);
  }
}

/** A message of others, which names nobody who is kept away. */
function withoutNames(message: IncomingMessage, away: ReadonlyMap<string, string>): IncomingMessage {
  const { details } = message;
  if (!details || !namedIn(message).some((key) => away.has(key))) return message;
  const { group, mentions } = details;
  const isOther = ({ key }: { key: string }) => !away.has(key);
  return {
    ...message,
    details: {
      ...details,
      ...(group && { group: { ...group, people: group.people.filter(isOther) } }),
      ...(mentions && { mentions: mentions.filter(isOther) }),
    },
  };
}

/** A delivery without what names somebody who was forgotten. */
function withoutThem({ account, delivery }: Delivered, away: ReadonlyMap<string, string>): Delivered {
  const isAway = ({ aliases }: Pick<Identity, 'aliases'>) => aliases.some(({ key }) => away.has(key));
  const { items, identities, rosters } = delivery;
  return {
    account,
    delivery: {
      ...delivery,
      items: items.map((item): DeliveredItem => {
        const { translation } = item;
        if (translation.kind !== 'message') return item;
        const { message } = translation;
        if (identitiesOf(message).some(isAway)) return { ...item, excluded: 'forgotten_person' };
        return { ...item, translation: { ...translation, message: withoutNames(message, away) } };
      }),
      ...(identities && { identities: identities.filter((one) => !isAway(one)) }),
      ...(rosters && {
        rosters: rosters.map((roster) => ({
          ...roster,
          participants: roster.participants.filter((aliases) => !isAway({ aliases })),
        })),
      }),
    },
  };
}

/**
 * Takes out of deliveries of one portal what names people who were forgotten, so that nothing of them is stored again, whoever sends it. Where
 * nobody was, this is one read.
 */
export async function keepAway(store: Store, delivered: readonly Delivered[]): Promise<readonly Delivered[]> {
  const portalId = delivered[0]?.account.portalId;
  if (portalId === undefined) return delivered;
  const away = await store.keptAway.whichNames(portalId, delivered.flatMap(namesIn));
  if (away.size === 0) return delivered;
  const identities = delivered.flatMap(({ delivery }) => listIdentities(delivery));
  await learnNames(store, portalId, identities, away);
  return delivered.map((one) => withoutThem(one, away));
}
