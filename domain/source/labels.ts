import type { Unreadable } from '../message';

/** A label's name as it is compared: people type it on a phone and in a rule. */
export const toLabelKey = (name: string): string =>
  name.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase();

/** The part of a policy that is about labels; absent in those of before. */
interface LabelRule {
  excludeLabels?: readonly string[];
}

/** The labels whose chats are not wanted, as they are compared; empty: no label says anything. */
export const listHiddenLabels = (policy: LabelRule | null | undefined): string[] => [
  ...new Set((policy?.excludeLabels ?? []).map(toLabelKey)),
];

/** Whether two policies leave out the chats of the same labels. */
export function hasSameLabels(one: LabelRule | null | undefined, other: LabelRule): boolean {
  const [before, after] = [listHiddenLabels(one), listHiddenLabels(other)];
  return before.length === after.length && before.every((name) => after.includes(name));
}

/** Why a message is kept and waits: whether it is wanted is known only with the labels of its chat. */
export const labelsUnknown: Unreadable = {
  code: 'labels_unknown',
  reason:
    'Chats with certain labels are not wanted, and the labels of this chat were not read yet. The message is kept, and taken in or left out when they are.',
};
