import { isStrong, phoneOf, type Identity } from '../../domain/identity';
import { listAll } from '../queries';
import { followMerges } from './merges';
import type { FormerAlias, PersonDoc, PersonModel } from './person-schema';

/** A person who had a number before; a merged one stands as the survivor. */
export interface FormerHolder {
  person: PersonDoc;
  former: FormerAlias;
}

/** Numbers that people had and have no more. */
export function createFormerNumbers(model: PersonModel) {
  /** The people who had this number and have it no more, the earliest end first. */
  async function listFormerHolders(portalId: string, key: string): Promise<FormerHolder[]> {
    const holders: FormerHolder[] = [];
    for (const found of await listAll(model, { portalId, 'former.key': key })) {
      const person = await followMerges(model, found);
      for (const former of found.former ?? []) if (former.key === key) holders.push({ person, former });
    }
    return holders.sort((one, other) => one.former.endedAt.getTime() - other.former.endedAt.getTime());
  }

  /** The people who had one of these numbers before, by number; a merged one stands as the survivor. One question. */
  async function listFormerAmong(portalId: string, keys: readonly string[]) {
    const wanted = new Set(keys);
    const found = await listAll(model, { portalId, 'former.key': { $in: keys } });
    const holders = await Promise.all(
      found.map(async (one) => {
        const { _id: personId } = await followMerges(model, one);
        return (one.former ?? []).flatMap(({ key }) => (wanted.has(key) ? [{ key, personId }] : []));
      }),
    );
    return holders.flat();
  }

  return {
    listFormerHolders,
    listFormerAmong,

    /**
     * The identity as it was at a time. A number names the person who had it then; an old number beside a newer name of
     * the same person is an outdated pair, of which the first name given is meant.
     */
    async identityAt(portalId: string, identity: Identity, at: Date): Promise<Identity> {
      const phone = identity.aliases.find(({ kind }) => kind === 'phone');
      const left = phone ? await listFormerHolders(portalId, phone.key) : [];
      if (!phone || left.length === 0) return identity;
      const others = identity.aliases.filter((alias) => alias !== phone);
      const holder = left.find(({ former }) => former.endedAt >= at)?.person;
      if (holder) {
        const name = holder.aliases.find(({ kind }) => kind === 'phone') ?? holder.aliases[0];
        return { ...identity, aliases: name ? [{ kind: name.kind, key: name.key }, ...others] : others };
      }
      const leavers = new Set(left.map(({ person }) => person._id));
      const names = others.filter(isStrong).map(({ key }) => key);
      const theirs = await listAll(model, { portalId, 'aliases.key': { $in: names } });
      const current = await Promise.all(theirs.map((one) => followMerges(model, one)));
      const old = current.filter(({ _id }) => leavers.has(_id));
      const isOutdated = old.length > 0 && !old.some(({ aliases }) => phoneOf(aliases) === phoneOf([phone]));
      if (!isOutdated) return identity;
      const isPhoneMeant = identity.aliases[0] === phone;
      return { ...identity, aliases: isPhoneMeant ? [phone] : others };
    },
  };
}
