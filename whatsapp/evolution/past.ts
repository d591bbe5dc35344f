import { toPhoneAlias } from '../../domain/identity';
import {
  SourceAwayError,
  SourceRefusedError,
  type HistoryMessage,
  type HistorySource,
} from '../history-source';
import { inWordsOfSources, orElse, refuseAnswer } from '../rest/in-words-of-sources';
import { readList, readPath, readText } from '../web/engine-data';
import { findMismatch } from './ownership';
import { createEvolutionClient, type EvolutionClient } from './rest/client';
import type { EvolutionPage } from './rest/history';
import type { EvolutionInstance } from './rest/instances';
import { translateEvolution } from './translate';

/** The account whose past is read, and the way to its server. */
export interface EvolutionPast {
  baseUrl: string;
  apiKey: string;
  instance: string;
  e164: string;
}

const otherNumber =
  'The instance belongs to another number: log it out there and scan it with the phone of this one.';

/** Nothing is heard from an instance before it is connected, and one of another number tells what is none of ours. */
async function openInstance(
  client: EvolutionClient,
  { e164, instance }: EvolutionPast,
): Promise<EvolutionInstance> {
  const found = await client.findInstance();
  if (!found)
    throw new SourceRefusedError('Evolution has no instance of this name: set the account up again.');
  if (found.state !== 'open')
    throw new SourceAwayError('The instance is not connected now; reading goes on when it is.');
  if (findMismatch({ sender: found.ownerJid }, { e164, instance }) !== null)
    throw new SourceRefusedError(otherNumber);
  return found;
}

/** Taken back since: the record keeps the words, beside it stands that they are gone. */
const isDeleted = (record: unknown): boolean =>
  readPath(record, 'key', 'deleted') === true ||
  readList(record, 'MessageUpdate').some((update) => readText(update, 'status') === 'DELETED');

const nothing: EvolutionPage = { records: [], isLast: true };

/** What an Evolution server still has of the past, for one account. */
export function createEvolutionPast(past: EvolutionPast): HistorySource {
  const client = createEvolutionClient(past);
  let opened: Promise<EvolutionInstance> | null = null;
  const open = () => (opened ??= openInstance(client, past));

  function translate(record: unknown, sender: string | null): HistoryMessage[] {
    const context = { receivedAt: new Date(), ownAliases: [toPhoneAlias(past.e164)] };
    const around = { instance: past.instance, sender };
    const events = [
      { event: 'messages.set', ...around, data: record },
      ...(isDeleted(record) ? [{ event: 'messages.delete', ...around, data: readPath(record, 'key') }] : []),
    ];
    return events.flatMap((event) => translateEvolution(event, context));
  }

  return {
    name: 'evolution',
    listChats: (page) =>
      inWordsOfSources(async () => {
        await open();
        const items = await client.listChats(page).catch(refuseAnswer);
        return { items, isLast: items.length === 0 };
      }),
    listMessages: (jid, range, page) =>
      inWordsOfSources(async () => {
        const { ownerJid } = await open();
        const found = await client.listMessages(jid, { ...range, ...page }).catch(orElse(nothing));
        const { records, isLast } = found;
        return { items: records.flatMap((record) => translate(record, ownerJid)), isLast };
      }),
  };
}
