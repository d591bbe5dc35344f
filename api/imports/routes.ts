import type { FileAnswers } from '../../domain/export/chat-file';
import { settleReading } from '../../domain/export/settle';
import type { AccountDoc } from '../../store/accounts';
import type { ImportDoc, ImportFile } from '../../store/history/import-schema';
import { importSchema, toImport } from '../cards/import-card';
import { loadConnected, readPhone } from '../choose-portal';
import type { ApiContext } from '../context';
import { wakeImport } from '../history/import-workflows';
import { endpoint, type Endpoint } from '../http/endpoint';
import { orNotFound, Problem } from '../http/problem';
import { readFile } from './read-file';
import { groupJidsOf, loadSurroundings } from './surroundings';
import { fileAnswer, fileQuery, toAnswers } from './wishes';

const tag = 'History';

type Wish = Parameters<typeof toAnswers>[0];
type Said = Pick<ImportFile, 'facts' | 'answers'>;

/** What is left to ask of a file once this is said, or how it is read. */
async function settle(
  context: ApiContext,
  account: AccountDoc,
  { facts, answers }: Said,
  wish: Wish,
): Promise<ImportFile> {
  const { store, defaultCountry } = context;
  const portal = await loadConnected(store, account.portalId);
  const read = (phone: string, field: string) => readPhone(phone, portal, defaultCountry, field);
  const names = facts.authors.map(({ name }) => name);
  const said: FileAnswers = toAnswers(wish, answers, names, read);
  const around = await loadSurroundings(store, account, portal, facts);
  const settled = settleReading({ facts, answers: said, around }, groupJidsOf(account));
  return 'asks' in settled
    ? { facts, answers: said, question: settled, reading: null }
    : { facts, answers: said, question: null, reading: settled };
}

/** The order of writes: the bytes, then the import, then its workflow. A crash in between leaves bytes that nobody has, or the sweep starts it. */
async function begin(
  context: ApiContext,
  account: AccountDoc,
  file: ImportFile,
  fileHash: string,
): Promise<ImportDoc> {
  const { imports } = context.store;
  const { _id: accountId, portalId } = account;
  const known = await imports.findOpenFile(accountId, fileHash);
  return known ?? imports.beginFile({ portalId, accountId, file, fileHash });
}

const createUploadRoute = (context: ApiContext): Endpoint =>
  endpoint('POST /accounts/:accountId/imports', {
    role: 'admin',
    operationId: 'importChat',
    tag,
    summary: 'Take in a chat that was exported from a phone: the zip or txt that “Export chat” made',
    takesBytes: true,
    query: fileQuery,
    answers: {
      202: { description: 'It is taken in, or asks: see its state.', schema: importSchema },
      413: { description: '`export_too_large`: export the chat without media, or in parts.' },
      422: {
        description:
          '`export_broken`, `export_unsafe`, `export_no_chat` or `export_form_unknown`: nothing of it is kept.',
      },
    },
    async handle({ params: { accountId }, query, bytes, actor }) {
      const account = orNotFound(await context.store.accounts.load(accountId), 'account');
      await loadConnected(context.store, account.portalId);
      const { fileHash, facts } = await readFile(context.store, bytes);
      const file = await settle(context, account, { facts, answers: {} }, query);
      const begun = await begin(context, account, file, fileHash);
      if (begun.state === 'running') await wakeImport(context, begun);
      return { status: 202, body: toImport(begun, actor.role) };
    },
  });

const createAnswerRoute = (context: ApiContext): Endpoint =>
  endpoint('POST /imports/:importId/answer', {
    role: 'agent',
    operationId: 'answerImport',
    tag,
    summary: 'Say what an import asks about an exported chat: who is who, and how its dates are written',
    body: fileAnswer,
    answers: {
      202: { description: 'It goes on, or asks what is left.', schema: importSchema },
      409: { description: '`import_asks_nothing`' },
    },
    async handle({ params: { importId }, body, actor }) {
      const { imports, accounts } = context.store;
      const doc = orNotFound(await imports.load(importId), 'import');
      const account = orNotFound(await accounts.load(doc.accountId), 'account');
      if (doc.state !== 'question' || !doc.file) throw new Problem('import_asks_nothing');
      const answered = await imports.answerFile(importId, await settle(context, account, doc.file, body));
      if (!answered) throw new Problem('import_asks_nothing');
      if (answered.state === 'running') await wakeImport(context, answered);
      return { status: 202, body: toImport(answered, actor.role) };
    },
  });

/** Chats that were exported from a phone. */
export const createFileImportRoutes = (context: ApiContext): Endpoint[] => [
  createUploadRoute(context),
  createAnswerRoute(context),
];
