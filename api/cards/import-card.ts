import { z } from 'zod';
import { dayOrders } from '../../domain/export/chat-file';
import { mayDo, type Role } from '../../domain/access';
import type { ImportDoc } from '../../store/history/imports';
import { timeField } from '../http/fields';
import { toCard } from './to-card';

export const importStateField = z
  .enum(['running', 'question', 'done', 'failed', 'cancelled'])
  .meta({ id: 'ImportState' });

const questionSchema = z
  .object({
    asks: z
      .array(z.enum(['dayOrder', 'me', 'phone', 'group']))
      .meta({ description: 'The fields of the answer that are needed.' }),
    timeZone: z.string().meta({ description: 'The zone of its times, unless the answer names another one.' }),
    dayOrders: z.array(z.enum(dayOrders)).meta({ description: 'The orders that its dates may have.' }),
    example: z.string().meta({ description: 'Its first date, as it stands there.' }),
    authors: z.array(z.object({ name: z.string(), messages: z.number() })).meta({
      description: 'Who speaks in it, as the phone calls them; empty for viewers.',
    }),
    suggested: z
      .object({
        me: z.string().nullable(),
        phone: z.string().nullable(),
        groupChatId: z.string().nullable(),
      })
      .meta({ description: 'What seems to be right; null: nothing does.' }),
    groups: z
      .array(
        z.object({
          chatId: z.string(),
          title: z.string(),
          agreeing: z.number().meta({ description: 'So many of `participants` are known to be in it.' }),
        }),
      )
      .meta({
        description: 'The groups that are known, where it is the chat of one; the likeliest in front.',
      }),
    participants: z.number().meta({
      description: 'So many speak in the chat of a group, or are named as in it, beside us.',
    }),
  })
  .meta({
    id: 'ImportQuestion',
    description: 'What must be said of an exported chat before it is taken in.',
  });

/** Names are for those who may answer: who only looks sees that it is asked, and what. */
function toQuestion({ state, file }: ImportDoc, role: Role): z.output<typeof questionSchema> | null {
  if (state !== 'question' || !file?.question) return null;
  const { suggested, groups, participants = 0, ...question } = file.question;
  if (!mayDo(role, 'agent')) {
    const nobody = { me: null, phone: null, groupChatId: null };
    return { ...question, participants, authors: [], groups: [], suggested: nobody };
  }
  const { e164: phone, ...others } = suggested;
  return {
    ...{ ...question, participants, suggested: { ...others, phone } },
    groups: groups.map(({ agreeing = 0, ...group }) => ({ ...group, agreeing })),
  };
}

/** How far the reading of a source's past is; counts only, no chat by its name but in a question. */
export const importSchema = z
  .object({
    id: z.string(),
    accountId: z.string(),
    linkId: z.string().nullable().meta({ description: 'The link it was asked for, where it was.' }),
    kind: z.enum(['history', 'gap', 'file']).meta({
      description:
        '`history` was asked for, or is the past of a new account; `gap`: what may have been missed; `file`: an exported chat.',
    }),
    state: importStateField,
    from: timeField.nullable().meta({ description: 'Null: all that the source has.' }),
    to: timeField,
    done: z.number().meta({ description: 'Chats that are read; of a file lines that are.' }),
    total: z.number().meta({
      description: 'Chats that are known so far; it grows while the list is read. Of a file its lines.',
    }),
    failed: z.number().meta({ description: 'Chats that could not be read.' }),
    messagesRead: z.number(),
    messagesFound: z.number().meta({ description: 'Messages that were new, at least so many.' }),
    waitsFor: z.enum(['turn', 'source']).nullable().meta({
      description: 'While it runs: another reading of the account goes first, or the source is away.',
    }),
    reason: z.string().nullable().meta({ description: 'Why it waits or failed, and what to do.' }),
    question: questionSchema.nullable().meta({
      description: 'In the state `question`: what is asked; see `POST /imports/{importId}/answer`.',
    }),
    createdAt: timeField,
    endedAt: timeField.nullable(),
  })
  .meta({ id: 'Import', description: 'A reading of what a source has of the past. It survives crashes.' });

export const toImport = (doc: ImportDoc, role: Role): z.output<typeof importSchema> =>
  toCard(importSchema, { ...doc, question: toQuestion(doc, role) });
