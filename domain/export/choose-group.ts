/** Somebody whom a file names, and under what they may be known: the keys of aliases, and `name:` with the name. */
export interface Named {
  name: string;
  keys: readonly string[];
}

/** A group that a source has told of; `keys`: of all its members, as far as they are known. */
export interface KnownGroup {
  chatId: string;
  title: string;
  groupJid: string;
  keys: readonly string[];
}

/** Which group a file seems to be of. */
export interface GroupChoice {
  /** Null: none, or several as well as each other. */
  suggested: string | null;
  /** So many people are named in the file. */
  participants: number;
  groups: { chatId: string; title: string; agreeing: number }[];
}

const fewestAgreeing = 2;
const nameKey = 'name:';

const toWords = (name: string): string => name.normalize('NFC').trim().toLowerCase();
export const sameName = (one: string, other: string): boolean => toWords(one) === toWords(other);
export const toNameKey = (name: string): string => nameKey + toWords(name);

interface Weighed {
  group: KnownGroup;
  agreeing: number;
  isTitleSame: boolean;
  /** Enough of them are in it, or it is called so and nobody's absence speaks against it. */
  isLikely: boolean;
}

function weigh(group: KnownGroup, named: readonly Named[], title: string | null): Weighed {
  const members = new Set(group.keys);
  const agreeing = named.filter(({ keys }) => keys.some((key) => members.has(key))).length;
  const isTitleSame = title !== null && sameName(group.title, title);
  const knownByAddress = named.filter(({ keys }) => keys.some((key) => !key.startsWith(nameKey))).length;
  const isOfOthers = agreeing === 0 && members.size > 0 && knownByAddress >= fewestAgreeing;
  const areEnough = agreeing >= fewestAgreeing && agreeing * 2 >= named.length;
  return { group, agreeing, isTitleSame, isLikely: areEnough || (isTitleSame && !isOfOthers) };
}

/** Negative: the first one fits better. Those of equal people are told apart by their title, then by how few others are in them. */
const compare = (one: Weighed, other: Weighed): number =>
  Number(other.isLikely) - Number(one.isLikely) ||
  other.agreeing - one.agreeing ||
  Number(other.isTitleSame) - Number(one.isTitleSame) ||
  (one.agreeing === 0 ? 0 : one.group.keys.length - other.group.keys.length);

/**
 * Compares the people whom a file names with those of known groups: a group that was renamed since is found by them, and two of one title are
 * told apart. Half of the people and at least two must be in it; its title alone suggests it where its members are not known, or the people
 * are known by names only, which phones write in their own way.
 */
export function chooseGroup(
  groups: readonly KnownGroup[],
  named: readonly Named[],
  title: string | null,
): GroupChoice {
  const weighed = groups.map((group) => weigh(group, named, title)).sort(compare);
  const [best, second] = weighed;
  const isOne = best?.isLikely === true && (second === undefined || compare(best, second) < 0);
  return {
    suggested: isOne ? best.group.chatId : null,
    participants: named.length,
    groups: weighed.map(({ group: { chatId, title: called }, agreeing }) => ({
      ...{ chatId, title: called, agreeing },
    })),
  };
}
