import { Schema } from 'mongoose';
import type { FileAnswers, FileFacts, FileQuestion, FileReading } from '../../domain/export/chat-file';
import { orNull, required } from '../fields';

export type ImportState = 'running' | 'question' | 'done' | 'failed' | 'cancelled';

/** An exported chat: what it tells, what was said of it, and how it is read once nothing is left to ask. */
export interface ImportFile {
  facts: FileFacts;
  answers: FileAnswers;
  question: FileQuestion | null;
  reading: FileReading | null;
}

/** A reading of what a source has of the past: how far it is. Survives every crash; run again it goes on. */
export interface ImportDoc {
  _id: string;
  portalId: string;
  accountId: string;
  /** `gap`: what we may have missed; `history`: what a person asked for, or the past of a new account. */
  kind: 'history' | 'gap' | 'file';
  state: ImportState;
  /** Null: all there is. */
  from: Date | null;
  to: Date;
  /** The source had caught up when it began: what it read needs not be read again. */
  isFinal: boolean;
  /** Only these chats, each by its WhatsApp addresses; null: all, or they are listed already. */
  chats: string[][] | null;
  /** The link it was asked for. */
  linkId: string | null;
  /** So many chats of the source's list are taken over. */
  listedTo: number;
  isListed: boolean;
  /** Chats: done with, known, and those that could not be read. */
  done: number;
  total: number;
  failed: number;
  /** Messages: read, and new among them. */
  messagesRead: number;
  messagesFound: number;
  /** What it waits for while it runs. */
  waitsFor: 'turn' | 'source' | null;
  /** Of an exported chat; gone when it is taken in. */
  file?: ImportFile | null;
  /** Its bytes, among the contents; null: they are not kept any more. */
  fileHash?: string | null;
  /** Why it waits or failed, for people. */
  reason: string | null;
  createdAt: Date;
  endedAt: Date | null;
}

export const importSchema = new Schema<ImportDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'accountId', 'kind', 'state'),
    ...orNull(Date, 'from', 'endedAt'),
    ...required(Date, 'to', 'createdAt'),
    ...required(Boolean, 'isFinal', 'isListed'),
    chats: { type: Schema.Types.Mixed, default: null },
    ...orNull(String, 'linkId', 'waitsFor', 'reason', 'fileHash'),
    file: { type: Schema.Types.Mixed, default: null },
    ...required(Number, 'listedTo', 'done', 'total', 'failed', 'messagesRead', 'messagesFound'),
  },
  { versionKey: false },
)
  .index({ accountId: 1, state: 1, kind: 1, _id: 1 })
  .index({ portalId: 1, state: 1, _id: 1 })
  .index({ accountId: 1, _id: 1 })
  .index({ linkId: 1, _id: 1 })
  .index({ state: 1, _id: 1 })
  .index({ fileHash: 1 })
  .index({ createdAt: 1 })
  .index({ endedAt: 1 });
