import { isStrong, listSamePhones, phoneOf, type Alias, type Identity } from '../../domain/identity';
import { isDuplicateKey } from '../connection';
import { followMerges } from './merges';
import type { FormerAlias, NumberClaim, PersonDoc, PersonModel, StoredAlias } from './person-schema';

/** Somebody who had a number before; who was merged stands as the survivor. */
export interface FormerHolder {
  person: PersonDoc;
  former: FormerAlias;
}

/** A change of a person's number: `from` and `to` are phones, `at` is WhatsApp's time. */
export interface Change {
  from: Alias;
  to: Alias;
  at: Date;
  source: string;
}

/** Numbers that people had, have and claim; see number-change.ts for what a notice does with them. */
export function createPeopleNumbers(model: PersonModel) {
  const list = (filter: Record<string, unknown>): Promise<PersonDoc[]> =>
    model.find(filter).lean<PersonDoc[]>().exec();

  /** Who had this number and has it no more, the earliest end first. */
  async function listFormerHolders(portalId: string, key: string): Promise<FormerHolder[]> {
    const holders: FormerHolder[] = [];
    for (const found of await list({ portalId, 'former.key': key })) {
      const person = await followMerges(model, found);
      for (const former of found.former ?? []) if (former.key === key) holders.push({ person, former });
    }
    return holders.sort((one, other) => one.former.endedAt.getTime() - other.former.endedAt.getTime());
  }

  /** Who had which of these numbers before; who was merged stands as the survivor. One question for all. */
  async function listFormerAmong(portalId: string, keys: readonly string[]) {
    const wanted = new Set(keys);
    const found = await list({ portalId, 'former.key': { $in: keys } });
    const holders = await Promise.all(
      found.map(async (one) => {
        const { _id: personId } = await followMerges(model, one);
        return (one.former ?? []).flatMap(({ key }) => (wanted.has(key) ? [{ key, personId }] : []));
      }),
    );
    return holders.flat();
  }

  /**
   * Writes one person's aliases anew, unless they changed since they were read. Never leaves none: the unique index takes
   * an empty list for a value, which only one person of a portal could have.
   */
  async function rewrite(
    person: PersonDoc,
    gone: readonly string[],
    gained: StoredAlias | null,
    more: Record<string, unknown>,
  ): Promise<boolean> {
    const kept = person.aliases.filter(({ key, kind }) => !gone.includes(key) && kind !== 'none');
    const aliases: StoredAlias[] = [...(gained ? [gained] : []), ...kept];
    const [first] = person.aliases;
    if (aliases.length === 0 && first) aliases.push({ ...first, kind: 'none', key: `none:${person._id}` });
    const { $set = {}, ...rest } = more;
    const done = await model.updateOne(
      {
        _id: person._id,
        mergedInto: person.mergedInto,
        aliases: { $size: person.aliases.length },
        'aliases.key': { $all: person.aliases.map(({ key }) => key) },
      },
      { $set: { aliases, ...($set as object) }, ...rest },
    );
    return done.modifiedCount === 1;
  }

  /** Of people merged into this one: the number and its other writings lead nowhere any more. */
  async function retireOfMerged(person: PersonDoc, keys: readonly string[]): Promise<void> {
    const others = await list({
      portalId: person.portalId,
      'aliases.key': { $in: keys },
      mergedInto: { $ne: null },
    });
    for (const other of others) {
      if ((await followMerges(model, other))._id === person._id) await rewrite(other, keys, null, {});
    }
  }

  const soon = (person: PersonDoc) => (person.lookup ? { 'lookup.nextAt': new Date() } : {});

  return {
    listFormerHolders,
    listFormerAmong,

    /**
     * The identity as it was at a time. A number that somebody had then and has no more names that person; an old number
     * beside a newer name of the same person is an outdated pair, of which the first name given is meant.
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
      const theirs = await list({
        portalId,
        'aliases.key': { $in: others.filter(isStrong).map(({ key }) => key) },
      });
      const current = await Promise.all(theirs.map((one) => followMerges(model, one)));
      const old = current.filter(({ _id }) => leavers.has(_id));
      const isOutdated = old.length > 0 && !old.some(({ aliases }) => phoneOf(aliases) === phoneOf([phone]));
      if (!isOutdated) return identity;
      const isPhoneMeant = identity.aliases[0] === phone;
      return { ...identity, aliases: isPhoneMeant ? [phone] : others };
    },

    /**
     * Takes the old number from a person and gives the new one, in one write; what stays is that they had it. Where somebody
     * has the new one, or `isFree` is false, the person claims it instead. False: the person changed meanwhile.
     */
    async changePhone(
      person: PersonDoc,
      { from, to, at, source }: Change,
      isFree: boolean,
    ): Promise<boolean> {
      const keys = listSamePhones(from).map(({ key }) => key);
      await retireOfMerged(person, keys);
      const mark = { firstSeenAt: new Date(), source };
      const stored = [...person.aliases, ...person.absorbed].find(({ key }) => key === from.key);
      const former: FormerAlias = { ...(stored ?? { ...from, ...mark }), endedAt: at, movedTo: to.key };
      const claim: NumberClaim = { key: to.key, since: at, source };
      const $push = { former };
      if (isFree) {
        try {
          const $set = { claim: null, ...soon(person) };
          return await rewrite(person, keys, { ...to, ...mark, since: at }, { $set, $push });
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      }
      return rewrite(person, keys, null, { $set: { claim, moving: true }, $push });
    },

    /** Gives a person the number they claim. False when somebody has it, or the person changed meanwhile. */
    async takeClaimed(person: PersonDoc, { key, since, source }: NumberClaim): Promise<boolean> {
      const gained: StoredAlias = { kind: 'phone', key, firstSeenAt: new Date(), source, since };
      try {
        return await rewrite(person, [], gained, { $set: { claim: null, ...soon(person) } });
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** The claim is settled: who claimed the number and who had it are one. */
    async dropClaim(personId: string): Promise<void> {
      await model.updateOne({ _id: personId }, { $set: { claim: null } });
    },
  };
}
