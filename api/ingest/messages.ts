import { z } from 'zod';
import { listHiddenLabels } from '../../domain/source/labels';
import { exclusionReasons } from '../../domain/source/policy';
import { listBelievedLids } from '../../intake/hearsay/own-lids';
import type { Taken } from '../../intake/take-in';
import type { AccountDoc } from '../../store/accounts';
import { ownAliasesOf } from '../../store/sources/own-names';
import { parseIngestEnvelope, type IngestEnvelope } from '../../whatsapp/ingest/envelope';
import { contextOf } from '../../whatsapp/ingest/read-again';
import { ingestRequest } from '../../whatsapp/ingest/schema';
import { translateIngestMessage } from '../../whatsapp/ingest/translate';
import type { ApiContext } from '../context';
import { accountEndpoint, type Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';
import { listNeeded, neededFile } from '../media/need-media';
import { countMessages, takeInAndWake } from '../links/take-in-and-wake';
import { takeHeldIn } from '../sources/held';

const answerSchema = z
  .object({
    accepted: z.number(),
    duplicates: z.number(),
    updated: z.number(),
    excluded: z.number().meta({ description: 'Not stored, since the account’s policy does not want them.' }),
    rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })),
    needMedia: z
      .array(neededFile)
      .meta({ description: 'Files of these messages that are wanted and not had yet.' }),
    ignoredFields: z
      .array(z.string())
      .meta({ description: 'Fields of the request that mean nothing here, some of them.' }),
    serverTime: z.iso.datetime(),
  })
  .meta({ id: 'IngestAnswer' });

type IngestAnswer = z.output<typeof answerSchema>;

/** The request without its messages. Nothing of a request that is refused here is stored. */
function readEnvelope(body: unknown, account: AccountDoc): IngestEnvelope {
  const context = {
    receivedAt: new Date(),
    ownAliases: ownAliasesOf(account),
    accountId: account._id,
  };
  const parsed = parseIngestEnvelope(body, context);
  if (!parsed.ok) throw new Problem('invalid_request', { errors: parsed.fields });
  const { envelope } = parsed;
  if (envelope.accountE164 !== null && envelope.accountE164 !== account.e164) {
    throw new Problem('account_mismatch');
  }
  return envelope;
}

function toRejected(taken: Taken, index: number): IngestAnswer['rejected'] {
  if (taken.outcome === 'excluded')
    return [{ index, code: taken.code, message: exclusionReasons[taken.code] }];
  if (taken.outcome === 'unreadable') return [{ index, code: taken.code, message: taken.reason }];
  if (taken.outcome !== 'ignored') return [];
  return [{ index, code: 'ignored_chat', message: `Ignored: ${taken.reason}.` }];
}

/** Messages in: answered when everything is stored; sending the same again adds nothing. */
export const createIngestRoutes = (context: ApiContext): Endpoint[] => [
  accountEndpoint('POST /ingest/messages', {
    operationId: 'ingestMessages',
    tag: 'Ingest',
    summary: 'Deliver up to 200 messages',
    body: z.unknown(),
    bodyDoc: ingestRequest,
    answers: {
      200: { description: 'Everything is stored; what was rejected says why.', schema: answerSchema },
    },
    async handle({ body, account }) {
      const envelope = readEnvelope(body, account);
      const { identities, rosters, messages, ownAliases, labels, receivedAt } = envelope;
      const { store } = context;
      const ownLids = await listBelievedLids(store, account, ownAliases);
      await store.accounts.learnOwnLids(account, ownLids);
      const hidesLabels = listHiddenLabels(account.policy).length > 0;
      // Before the messages: after a crash in between the same request says them again.
      const isNews = hidesLabels && (await store.labelledChats.save(account, labels, receivedAt));
      const items = messages.map((raw) => {
        const translation = translateIngestMessage(raw, envelope);
        return translation.kind === 'unreadable' || hidesLabels
          ? { raw, context: contextOf(body, raw), translation }
          : { raw, translation };
      });
      const delivery = { source: 'ingest', items, identities, rosters };
      const { taken, files } = await takeInAndWake(context, account, delivery);
      if (isNews) void takeHeldIn(context, account);
      const answer: IngestAnswer = {
        ...countMessages(taken),
        excluded: taken.filter(({ outcome }) => outcome === 'excluded').length,
        rejected: taken.flatMap(toRejected),
        needMedia: await listNeeded(context.store, account, { items, files }),
        ignoredFields: envelope.unknownFields,
        serverTime: new Date().toISOString(),
      };
      return { status: 200, body: answer };
    },
  }),
];
