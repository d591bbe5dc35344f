import { listSamePhones, type Alias } from '../../domain/identity';
import { changeOne, listAll, unlessTaken } from '../queries';
import { followMerges } from './merges';
import type { FormerAlias, NumberClaim, PersonDoc, PersonModel, StoredAlias } from './person-schema';

/** A change of a person's number: `from` and `to` are phones, `at` is WhatsApp's time. */
export interface PhoneChange {
  from: Alias;
  to: Alias;
  at: Date;
  source: string;
}

/** Numbers that people have, get and claim; see number-change.ts for how a notice uses them. */
export function createPeopleNumbers(model: PersonModel) {
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
    return changeOne(
      model,
      {
        ...{ _id: person._id, mergedInto: person.mergedInto, aliases: { $size: person.aliases.length } },
        'aliases.key': { $all: person.aliases.map(({ key }) => key) },
      },
      { $set: { aliases, ...($set as object) }, ...rest },
    );
  }

  /** Of people merged into this one: the number and its other writings lead nowhere any more. */
  async function retireOfMerged(person: PersonDoc, keys: readonly string[]): Promise<void> {
    const { portalId } = person;
    const merged = { portalId, 'aliases.key': { $in: keys }, mergedInto: { $ne: null } };
    const others = await listAll(model, merged);
    for (const other of others) {
      if ((await followMerges(model, other))._id === person._id) await rewrite(other, keys, null, {});
    }
  }

  const soon = (person: PersonDoc) => (person.lookup ? { 'lookup.nextAt': new Date() } : {});

  return {
    /**
     * Takes the old number from a person, which stays as a former one, and gives the new one, in one write. Where the new
     * one is taken, or `isFree` is false, the person claims it instead. False: the person changed meanwhile.
     */
    async changePhone(
      person: PersonDoc,
      { from, to, at, source }: PhoneChange,
      isFree: boolean,
    ): Promise<boolean> {
      const keys = listSamePhones(from).map(({ key }) => key);
      await retireOfMerged(person, keys);
      const mark = { firstSeenAt: new Date(), source };
      const stored = [...person.aliases, ...person.absorbed].find(({ key }) => key === from.key);
      const former: FormerAlias = { ...(stored ?? { ...from, ...mark }), endedAt: at, movedTo: to.key };
      const claim: NumberClaim = { key: to.key, since: at, source };
      const $push = { former };
      const gained = { ...to, ...mark, since: at };
      const $set = { claim: null, ...soon(person) };
      const taken = isFree ? await unlessTaken(() => rewrite(person, keys, gained, { $set, $push })) : null;
      return taken ?? rewrite(person, keys, null, { $set: { claim, moving: true }, $push });
    },

    /** Gives a person the number they claim. False when another has it, or the person changed meanwhile. */
    async takeClaimed(person: PersonDoc, { key, since, source }: NumberClaim): Promise<boolean> {
      const gained: StoredAlias = { kind: 'phone', key, firstSeenAt: new Date(), source, since };
      const $set = { claim: null, ...soon(person) };
      return (await unlessTaken(() => rewrite(person, [], gained, { $set }))) ?? false;
    },

    /** The claim is resolved: its person and the number's holder are one. */
    async dropClaim(personId: string): Promise<void> {
      await model.updateOne({ _id: personId }, { $set: { claim: null } });
    },
  };
}
