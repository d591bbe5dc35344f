import { z } from 'zod';
import { toPhoneAlias } from '../../domain/identity';
import type { Translation } from '../../domain/message';
import type { AccountDoc } from '../../store/accounts';
import { ingestMessage, learnAddressBook } from '../../intake/ingest';
import { parseIngestEnvelope, type IngestEnvelope } from '../../whatsapp/ingest/envelope';
import { ingestRequest } from '../../whatsapp/ingest/schema';
import { translateIngestMessage } from '../../whatsapp/ingest/translate';
import type { ApiContext } from '../context';
import { accountEndpoint, type Endpoint } from '../http/endpoint';
import { Problem } from '../http/problem';
import { wakeLinks } from '../links/wake-links';

const answerSchema = z
  .object({
    accepted: z.number(),
    duplicates: z.number(),
    updated: z.number(),
    rejected: z.array(z.object({ index: z.number(), code: z.string(), message: z.string() })),
    needMedia: z.array(z.unknown()).meta({ description: 'Always empty: files are not taken yet.' }),
    serverTime: z.iso.datetime(),
  })
  .meta({ id: 'IngestAnswer' });

type IngestAnswer = z.output<typeof answerSchema>;
const source = 'ingest';
const counters = { accepted: 'accepted', updated: 'updated', duplicate: 'duplicates' } as const;

/** The request without its messages. Nothing of a request that is refused here is stored. */
function readEnvelope(body: unknown, account: AccountDoc): IngestEnvelope {
  const ownAliases = [toPhoneAlias(account.e164)];
  const parsed = parseIngestEnvelope(body, {
    receivedAt: new Date(),
    ownAliases,
    accountId: account._id,
  });
  if (!parsed.ok) throw new Problem('invalid_request', { errors: parsed.fields });
  const { envelope } = parsed;
  const told = envelope.account?.e164 ?? null;
  if (told !== null && told !== account.e164) throw new Problem('account_mismatch');
  return envelope;
}

interface Intake {
  answer: IngestAnswer;
  parked: Set<string>;
}

function reject({ answer }: Intake, index: number, code: string, message: string): string {
  answer.rejected.push({ index, code, message });
  return 'rejected';
}

/** Stores one item, whatever it is, and counts it. Returns what became of it. */
async function take(
  { store }: ApiContext,
  account: AccountDoc,
  { raw, index, translation }: { raw: unknown; index: number; translation: Translation },
  intake: Intake,
): Promise<string> {
  switch (translation.kind) {
    case 'message': {
      const { outcome, parkedLinkId } = await ingestMessage(store, account, translation.message, source);
      intake.answer[counters[outcome]] += 1;
      if (parkedLinkId !== null) intake.parked.add(parkedLinkId);
      return outcome;
    }
    case 'unreadable': {
      const { code, reason } = translation.unreadable;
      const owner = { portalId: account.portalId, accountId: account._id, source };
      await store.unreadable.keep(owner, raw, translation.unreadable);
      return reject(intake, index, code, reason);
    }
    case 'ignored':
      return reject(intake, index, 'ignored_chat', `Ignored: ${translation.reason}.`);
  }
}

async function takeAll(context: ApiContext, account: AccountDoc, envelope: IngestEnvelope): Promise<Intake> {
  const counts = { accepted: 0, duplicates: 0, updated: 0 };
  const answer: IngestAnswer = { ...counts, rejected: [], needMedia: [], serverTime: '' };
  const parked = await learnAddressBook(context.store, account, envelope.identities, source);
  const intake: Intake = { answer, parked: new Set(parked) };
  for (const [index, raw] of envelope.messages.entries()) {
    const translation = translateIngestMessage(raw, envelope);
    const outcome = await take(context, account, { raw, index, translation }, intake);
    context.metrics.messagesIngested.inc({ source, outcome });
  }
  const now = new Date();
  await context.store.accounts.touch(account._id, now);
  answer.serverTime = now.toISOString();
  return intake;
}

/** Messages in: answered when everything is stored; sending the same again adds nothing. */
export const createIngestRoutes = (context: ApiContext): Endpoint[] => [
  accountEndpoint({
    ...{ method: 'post', path: '/ingest/messages', tag: 'Ingest' },
    summary: 'Deliver up to 200 messages',
    body: z.unknown(),
    bodyDoc: ingestRequest,
    answers: {
      200: { description: 'Everything is stored; what was rejected says why.', schema: answerSchema },
    },
    async handle({ body, account }) {
      const envelope = readEnvelope(body, account);
      const { answer, parked } = await takeAll(context, account, envelope);
      wakeLinks(context, account.portalId, parked);
      return { status: 200, body: answer };
    },
  }),
];
