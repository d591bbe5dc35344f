import type { z } from 'zod';
import { phoneOf, type Alias, type Identity } from '../../domain/identity';
import type { GroupRoster } from '../../domain/groups/roster';
import { listSaidLabels, type SaidLabels } from './labels';
import { listRosters } from './rosters';
import type { SourceContext } from '../source-context';
import { isAmong, withPhoneForms } from '../people';
import { createAddressBook, type AddressBook, type BookEntry } from './address-book';
import {
  findAddressAlias,
  findBsuidAlias,
  findLidAlias,
  findPhoneAlias,
  findUsernameAlias,
  isGiven,
} from './aliases';
import { ingestEnvelope, type IngestBody } from './schema';
import { listUnknownFields } from './unknown-fields';

/** A wrong field of a request: its path (`identities.0.phone`) and a sentence without its value. */
export interface FieldError {
  field: string;
  message: string;
}

/** A request whose own fields are right; its messages are yet to be translated, each on its own. */
export interface IngestEnvelope {
  /** The account's number as the client gives it; the caller compares it with the token's account. */
  accountE164: string | null;
  ownAliases: Alias[];
  addressBook: AddressBook;
  /** The people of the request besides its messages; none of them is us. */
  identities: Identity[];
  /** Where the request's BSUIDs count: `portfolio/<id>` or `account/<id>`. */
  bsuidScope: string;
  /** Group JID to the group's name. */
  groupTitles: ReadonlyMap<string, string>;
  /** Groups of which the request lists all participants. */
  rosters: GroupRoster[];
  /** The chats that say which labels they have. */
  labels: SaidLabels[];
  messages: unknown[];
  /** Fields that mean nothing here. */
  unknownFields: string[];
  receivedAt: Date;
}

export type ParsedIngestEnvelope =
  { ok: true; envelope: IngestEnvelope } | { ok: false; fields: FieldError[] };

const toFieldErrors = (issues: readonly z.core.$ZodIssue[]): FieldError[] =>
  issues.map(({ path, message }) => ({ field: path.map(String).join('.') || 'body', message }));

const advice = {
  phone: 'A phone must be written as E.164: a plus, the country code and the number.',
  lid: 'A LID must be digits, alone or before @lid.',
  bsuid: 'A BSUID must be two capital letters, a dot, and letters and digits.',
} as const;
type CheckedField = keyof typeof advice;
const finders: Record<CheckedField, (value: string) => Alias | null> = {
  phone: findPhoneAlias,
  lid: findLidAlias,
  bsuid: (value) => findBsuidAlias(value, ''),
};

function listBadAddresses({ account, identities, chats }: IngestBody): FieldError[] {
  const carriers: [path: string, names: { [field in CheckedField]?: string | null | undefined }][] = [
    ['account', { phone: account?.phone, lid: account?.lid }],
    ...(identities ?? []).map((names, at): [string, typeof names] => [`identities.${at}`, names]),
    ...(chats ?? []).flatMap(({ participants }, at) =>
      (participants ?? []).map(
        ({ phone, bsuid }, index): [string, { phone: typeof phone; bsuid: typeof bsuid }] => [
          `chats.${at}.participants.${index}`,
          { phone, bsuid },
        ],
      ),
    ),
  ];
  return carriers.flatMap(([path, names]) =>
    (Object.keys(advice) as CheckedField[])
      .filter((field) => isGiven(names[field]) && !finders[field](names[field]))
      .map((field): FieldError => ({ field: `${path}.${field}`, message: advice[field] })),
  );
}

function listBookEntries({ identities, chats }: IngestBody, scope: string): BookEntry[] {
  const entryOf = (found: (Alias | null)[], name: string | null | undefined): BookEntry => ({
    aliases: found.filter(isGiven),
    name: name ?? null,
  });
  const pairs = (identities ?? []).map(({ lid, phone, bsuid, username, name }) =>
    entryOf(
      [findLidAlias(lid), findPhoneAlias(phone), findBsuidAlias(bsuid, scope), findUsernameAlias(username)],
      name,
    ),
  );
  const participants = (chats ?? []).flatMap((chat) =>
    (chat.participants ?? []).map(({ id, phone, bsuid, username, name }) => {
      const found = [findAddressAlias(id, scope), findPhoneAlias(phone), findBsuidAlias(bsuid, scope)];
      return entryOf([...found, findUsernameAlias(username)], name);
    }),
  );
  const directChats = (chats ?? []).map(({ id, name }) => entryOf([findAddressAlias(id, scope)], name));
  return [...pairs, ...participants, ...directChats];
}

function toEnvelope(
  body: IngestBody,
  { receivedAt, ownAliases, accountId }: SourceContext,
): Omit<IngestEnvelope, 'unknownFields'> {
  const { account, chats, messages } = body;
  const given = [findPhoneAlias(account?.phone), findLidAlias(account?.lid)].filter(isGiven);
  const own = [...withPhoneForms(ownAliases), ...withPhoneForms(given)];
  const bsuidScope = account?.portfolio
    ? `portfolio/${account.portfolio}`
    : `account/${accountId ?? 'unknown'}`;
  const addressBook = createAddressBook(listBookEntries(body, bsuidScope));
  return {
    accountE164: phoneOf(given),
    ownAliases: own,
    addressBook,
    identities: addressBook
      .listIdentities()
      .filter(({ aliases }) => !aliases.some((alias) => isAmong(alias, own))),
    bsuidScope,
    groupTitles: new Map(
      (chats ?? []).flatMap(({ id, name }) => (name ? [[id.trim().toLowerCase(), name]] : [])),
    ),
    rosters: listRosters(chats, bsuidScope, addressBook, own),
    labels: listSaidLabels(chats, bsuidScope, addressBook),
    messages,
    receivedAt,
  };
}

/**
 * The request without its messages, or every field that is wrong; nothing of a refused request may be stored. The context's
 * own aliases are the account's, to which a request without `account` belongs.
 */
export function parseIngestEnvelope(
  body: unknown,
  context: SourceContext = { receivedAt: new Date(), ownAliases: [] },
): ParsedIngestEnvelope {
  const result = ingestEnvelope.safeParse(body);
  if (!result.success) return { ok: false, fields: toFieldErrors(result.error.issues) };
  const fields = listBadAddresses(result.data);
  if (fields.length > 0) return { ok: false, fields };
  const unknownFields = listUnknownFields(body, result.data.messages);
  return { ok: true, envelope: { ...toEnvelope(result.data, context), unknownFields } };
}
