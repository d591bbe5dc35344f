import type { ContactCard } from '../domain/contact-match';
import {
  listNumbersInText,
  listOddNumbers,
  listOtherForms,
  listReadings,
  plusBeforeNational,
  type CountryCode,
} from '../domain/phone';

/** The fault of a stored value. */
export type PhoneFault =
  | 'no number'
  | 'no country'
  | 'not a full number'
  | 'may be of two countries'
  | 'plus before a national number'
  /** Bitrix24's own search and duplicate check do not find it: digits run together. We do, by an index of our own. */
  | 'not found by Bitrix24';

/** A phone value of a contact that no WhatsApp number can be matched with. */
export interface UnmatchableValue {
  crmContactId: number;
  name: string;
  value: string;
  fault: PhoneFault;
}

/** A number that several contacts hold: chats of its owner wait for a person. */
export interface SharedNumber {
  e164: string;
  contacts: { crmContactId: number; name: string }[];
}

/** How well a portal's phone fields can be matched. Counts are of contacts and of phone values. */
export interface PhoneQuality {
  contacts: number;
  withoutPhone: number;
  values: number;
  unmatchable: UnmatchableValue[];
  shared: SharedNumber[];
}

/** Why a value has no number that links by itself, or null when it has one. */
export function faultOf(value: string, country: CountryCode | null): PhoneFault | null {
  const readings = listReadings(value, country);
  if (readings.some(({ isCertain }) => isCertain)) {
    const isOdd = listOddNumbers(value, country).some(({ isCertain }) => isCertain);
    return isOdd ? 'not found by Bitrix24' : null;
  }
  if (readings.some(({ rule }) => rule === plusBeforeNational)) return plusBeforeNational;
  if (readings.length > 0) return 'may be of two countries';
  const written = listNumbersInText(value);
  if (written.length === 0) return 'no number';
  const isNational = written.some(({ hasPlus, digits }) => !hasPlus && !digits.startsWith('00'));
  return isNational && country === null ? 'no country' : 'not a full number';
}

/** Two writings of one subscriber, as in Brazil, count as one number: the smaller stands for both. */
function toCanonical(e164: string): string {
  const forms = listOtherForms(e164).filter(({ isAutomatic }) => isAutomatic);
  return [e164, ...forms.map((form) => form.e164)].sort()[0] ?? e164;
}

const certainNumbersOf = ({ phones }: ContactCard, country: CountryCode | null): string[] => [
  ...new Set(
    phones
      .flatMap((value) => listReadings(value, country))
      .filter(({ isCertain }) => isCertain)
      .map(({ e164 }) => toCanonical(e164)),
  ),
];

/** One contact's part of the report. */
export interface AssessedContact {
  crmContactId: number;
  name: string;
  /** Count of phone values. */
  values: number;
  unmatchable: Pick<UnmatchableValue, 'value' | 'fault'>[];
  numbers: string[];
}

/** Reads the numbers of one contact, which is what takes time. */
export const assessContact = (card: ContactCard, country: CountryCode | null): AssessedContact => ({
  crmContactId: card.crmContactId,
  name: card.name,
  values: card.phones.length,
  unmatchable: card.phones.flatMap((value) => {
    const fault = faultOf(value, country);
    return fault ? [{ value, fault }] : [];
  }),
  numbers: certainNumbersOf(card, country),
});

/** Puts the report together from all contacts; a contact told twice counts as told last. */
export function joinAssessed(assessed: Iterable<AssessedContact>): PhoneQuality {
  const contacts = [...new Map([...assessed].map((one) => [one.crmContactId, one])).values()];
  const owners = new Map<string, SharedNumber['contacts']>();
  for (const { crmContactId, name, numbers } of contacts) {
    for (const e164 of numbers) {
      const held = owners.get(e164);
      if (held) held.push({ crmContactId, name });
      else owners.set(e164, [{ crmContactId, name }]);
    }
  }
  return {
    contacts: contacts.length,
    withoutPhone: contacts.filter(({ values }) => values === 0).length,
    values: contacts.reduce((sum, { values }) => sum + values, 0),
    unmatchable: contacts.flatMap(({ crmContactId, name, unmatchable }) =>
      unmatchable.map((one) => ({ crmContactId, name, ...one })),
    ),
    shared: [...owners].flatMap(([e164, held]) => (held.length > 1 ? [{ e164, contacts: held }] : [])),
  };
}

/** The report as rows of a table, the heading first: one row for each doubtful value and each owner of a shared number. */
export function toQualityRows({ unmatchable, shared }: PhoneQuality): string[][] {
  return [
    ['finding', 'contact', 'name', 'number'],
    ...unmatchable.map(({ crmContactId, name, value, fault }) => [fault, String(crmContactId), name, value]),
    ...shared.flatMap(({ e164, contacts }) =>
      contacts.map(({ crmContactId, name }) => ['held by several', String(crmContactId), name, e164]),
    ),
  ];
}
