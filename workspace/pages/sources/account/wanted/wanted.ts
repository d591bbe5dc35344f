import type { SourcePolicy, SourcePolicyWish } from '../../../../api/queries/sources/policy';

/** What is wanted, as a form holds it: lists with one entry a line, numbers as they are typed, empty for none. */
export interface WantedFields {
  syncGroups: boolean;
  onlyLinkedContacts: boolean;
  includeChats: string;
  excludeChats: string;
  excludeLabels: string;
  maxMegabytes: string;
  types: string;
  historyDays: string;
}

const megabyte = 1_000_000;
const toNumber = (text: string): number | null => (text.trim() === '' ? null : Number(text));
const toLines = (text: string): string[] =>
  text
    .split(/[\n,;]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
/** A label's name may have a comma. */
const toNames = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
const toText = (value: number | null): string => (value === null ? '' : String(value));

export const toFields = ({ media, historyDays, ...policy }: SourcePolicy): WantedFields => ({
  syncGroups: policy.syncGroups,
  onlyLinkedContacts: policy.onlyLinkedContacts,
  includeChats: policy.includeChats.join('\n'),
  excludeChats: policy.excludeChats.join('\n'),
  excludeLabels: policy.excludeLabels.join('\n'),
  maxMegabytes: toText(media.maxBytes === null ? null : media.maxBytes / megabyte),
  types: media.types.join(', '),
  historyDays: toText(historyDays),
});

export function toWish(fields: WantedFields): SourcePolicyWish {
  const largest = toNumber(fields.maxMegabytes);
  return {
    syncGroups: fields.syncGroups,
    onlyLinkedContacts: fields.onlyLinkedContacts,
    includeChats: toLines(fields.includeChats),
    excludeChats: toLines(fields.excludeChats),
    excludeLabels: toNames(fields.excludeLabels),
    media: {
      maxBytes: largest === null ? null : Math.round(largest * megabyte),
      types: toLines(fields.types).map((type) => type.toLowerCase()),
    },
    historyDays: toNumber(fields.historyDays),
  };
}

/** The field of the form that a problem of the API is about: `includeChats.3` → `includeChats`. */
export const fieldOf = (name: string): keyof WantedFields | null => {
  const known: Record<string, keyof WantedFields> = {
    includeChats: 'includeChats',
    excludeChats: 'excludeChats',
    excludeLabels: 'excludeLabels',
    'media.maxBytes': 'maxMegabytes',
    'media.types': 'types',
    historyDays: 'historyDays',
  };
  return known[name.replace(/\.\d+$/, '')] ?? null;
};
