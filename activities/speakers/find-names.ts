import type { Named } from '../../domain/content/details';
import type { Names } from '../../domain/content/said';
import { phoneOf, type Alias, type AliasKind } from '../../domain/identity';
import type { MessageDoc } from '../../store/chats/messages';
import type { Store } from '../../store/store';

const toAlias = ({ key }: Named): Alias => ({ kind: key.split(':')[0] as AliasKind, key });

/**
 * How those are called today whom the texts and group notices of these messages name: one read for all of them, none where nobody is
 * named. `us` is the account's name.
 */
export async function findNames(
  store: Pick<Store, 'people'>,
  portalId: string,
  messages: readonly MessageDoc[],
  us: string,
): Promise<Names> {
  const named = messages.flatMap(({ versions }) =>
    versions.flatMap(({ details }) => [...(details?.mentions ?? []), ...(details?.group?.people ?? [])]),
  );
  const others = named.filter(({ isUs }) => !isUs).map(toAlias);
  const owners = others.length === 0 ? [] : await store.people.findOwners(portalId, others);
  const names = new Map(named.filter(({ isUs }) => isUs).map(({ key }) => [key, us]));
  for (const [key, { name, aliases }] of owners) names.set(key, name ?? phoneOf(aliases) ?? '');
  return names;
}
