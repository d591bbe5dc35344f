import { isStrong, type Alias, type Identity } from '../../domain/identity';
import type { IncomingMessage } from '../../domain/message';
import type { Store } from '../../store/store';
import { identitiesOf, listIdentities, messagesOf, type Delivered, type DeliveredItem } from '../delivery';
import { learnAwayPair } from './come-again';

/** Those whom it only names: somebody came to a group, or is meant by an `@`. */
const namedIn = ({ details }: IncomingMessage): string[] =>
  [...(details?.group?.people ?? []), ...(details?.mentions ?? [])].map(({ key }) => key);

const keysOf = (aliases: readonly Alias[]): string[] => aliases.filter(isStrong).map(({ key }) => key);

const namesIn = ({ delivery }: Delivered): string[] => [
  ...listIdentities(delivery).flatMap(({ aliases }) => keysOf(aliases)),
  ...messagesOf(delivery.items).flatMap(namedIn),
  ...(delivery.rosters ?? []).flatMap(({ participants }) => participants.flatMap(keysOf)),
];

/** Names told of one person, in whatever place. Two of a participant in a group are a pair, too. */
const listPairs = ({ delivery }: Delivered): (readonly Alias[])[] => [
  ...listIdentities(delivery).map(({ aliases }) => aliases),
  ...(delivery.rosters ?? []).flatMap(({ participants }) => participants),
];

/** Pairs of which one name is kept away and the other is news. */
async function learnNames(
  store: Store,
  portalId: string,
  delivered: Delivered,
  away: ReadonlyMap<string, string>,
): Promise<void> {
  const isBelieved = delivered.delivery.source !== 'ingest';
  for (const aliases of listPairs(delivered)) {
    const operationId = aliases.flatMap(({ key }) => away.get(key) ?? [])[0];
    const news = aliases.filter((alias) => isStrong(alias) && !away.has(alias.key));
    if (operationId && news.length > 0)
      await learnAwayPair(store, portalId, { operationId, news, isBelieved });
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
  for (const one of delivered) await learnNames(store, portalId, one, away);
  return delivered.map((one) => withoutThem(one, away));
}
