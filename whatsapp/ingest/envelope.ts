import type { z } from 'zod';
import { toPhoneAlias, type Alias } from '../../domain/identity';
import { parsePhone } from '../../domain/phone';
import type { SourceContext } from '../message-source';
import { findAlias, withPhoneForms } from '../people';
import { createAddressBook, type AddressBook, type BookEntry } from './address-book';
import { ingestEnvelope, type IngestBody } from './schema';

/** What is wrong in a request: the field's path (`identities.0.phone`) and a sentence without its value. */
export interface FieldError {
  field: string;
  message: string;
}

/** A request whose own fields are right; its messages are yet to be translated, each on its own. */
export interface IngestEnvelope {
  source: string | null;
  /** Whose request the client says it is; the caller compares it with the token's account. */
  account: { e164: string | null; lid: string | null; name: string | null } | null;
  ownAliases: Alias[];
  addressBook: AddressBook;
  /** Group JID to the group's name. */
  groupTitles: ReadonlyMap<string, string>;
  messages: unknown[];
  receivedAt: Date;
}

export type ParsedIngestEnvelope =
  { ok: true; envelope: IngestEnvelope } | { ok: false; fields: FieldError[] };

/** A phone in a request is E.164 with its plus: which country a national one would be in, nobody could say. */
export function findPhoneAlias(phone: string | null | undefined): Alias | null {
  const parsed = phone?.trim().startsWith('+') ? parsePhone(phone, null) : null;
  return parsed && toPhoneAlias(parsed.e164);
}

/** A LID with or without its server. */
const findLidAlias = (lid: string | null | undefined): Alias | null => {
  const alias = findAlias(lid && /^\d+$/.test(lid) ? `${lid}@lid` : lid);
  return alias?.kind === 'lid' ? alias : null;
};

/** An address of a chat or a person: a JID or an E.164 number. */
export const findAddressAlias = (address: string | null | undefined): Alias | null =>
  findPhoneAlias(address) ?? findAlias(address);

const isGiven = <Value>(value: Value | null | undefined): value is Value => value != null;

function toFieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys') {
      return [{ field: path.join('.') || 'body', message: issue.message }];
    }
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'This field is unknown.' }));
  });
}

const phoneAdvice = 'A phone must be written as E.164: a plus, the country code and the number.';
const lidAdvice = 'A LID must be digits, alone or before @lid.';

function listBadAddresses({ account, identities, chats }: IngestBody): FieldError[] {
  const phoneFields: [field: string, phone: string | null | undefined][] = [
    ['account.phone', account?.phone],
    ...(identities ?? []).map(({ phone }, at): [string, typeof phone] => [`identities.${at}.phone`, phone]),
    ...(chats ?? []).flatMap(({ participants }, at) =>
      (participants ?? []).map(({ phone }, index): [string, typeof phone] => [
        `chats.${at}.participants.${index}.phone`,
        phone,
      ]),
    ),
  ];
  const lidFields: typeof phoneFields = [
    ['account.lid', account?.lid],
    ...(identities ?? []).map(({ lid }, at): [string, typeof lid] => [`identities.${at}.lid`, lid]),
  ];
  const refuse = (fields: typeof phoneFields, find: (value: string) => Alias | null, message: string) =>
    fields
      .filter(([, value]) => isGiven(value) && !find(value))
      .map(([field]): FieldError => ({ field, message }));
  return [...refuse(phoneFields, findPhoneAlias, phoneAdvice), ...refuse(lidFields, findLidAlias, lidAdvice)];
}

function listBookEntries({ identities, chats }: IngestBody): BookEntry[] {
  const pairs = (identities ?? []).map(({ lid, phone }) => ({
    aliases: [findLidAlias(lid), findPhoneAlias(phone)].filter(isGiven),
    name: null,
  }));
  const participants = (chats ?? []).flatMap((chat) =>
    (chat.participants ?? []).map(({ id, phone, name }) => ({
      aliases: [findAddressAlias(id), findPhoneAlias(phone)].filter(isGiven),
      name: name ?? null,
    })),
  );
  const directChats = (chats ?? []).map(({ id, name }) => ({
    aliases: [findAddressAlias(id)].filter(isGiven),
    name: name ?? null,
  }));
  return [...pairs, ...participants, ...directChats];
}

function toEnvelope(body: IngestBody, { receivedAt, ownAliases }: SourceContext): IngestEnvelope {
  const { source, account, chats, messages } = body;
  const [ownPhone, ownLid] = [findPhoneAlias(account?.phone), findLidAlias(account?.lid)];
  return {
    source: source ?? null,
    account: account
      ? {
          e164: ownPhone?.key.slice('phone:'.length) ?? null,
          lid: ownLid?.key.slice('lid:'.length) ?? null,
          name: account.name ?? null,
        }
      : null,
    ownAliases: [...withPhoneForms(ownAliases), ...withPhoneForms([ownPhone, ownLid].filter(isGiven))],
    addressBook: createAddressBook(listBookEntries(body)),
    groupTitles: new Map(
      (chats ?? []).flatMap(({ id, name }) => (name ? [[id.trim().toLowerCase(), name]] : [])),
    ),
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
  return fields.length > 0 ? { ok: false, fields } : { ok: true, envelope: toEnvelope(result.data, context) };
}
