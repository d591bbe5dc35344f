import type { Request } from 'express';
import type { FileFacts } from '../../domain/export/chat-file';
import { ContentBusyError, FileTooLargeError } from '../../store/media/errors';
import type { Store } from '../../store/store';
import { openExport } from '../../whatsapp/export/archive';
import { readFacts } from '../../whatsapp/export/facts';
import { ExportRefusedError } from '../../whatsapp/export/refused';
import { badField, comeBack, Problem } from '../http/problem';

/** A phone packs no more than this into one archive. */
export const mostBytes = 1_900_000_000;

function toProblem(error: unknown): unknown {
  if (error instanceof FileTooLargeError) return new Problem('export_too_large');
  if (error instanceof ContentBusyError) return comeBack('store_unavailable');
  return error instanceof ExportRefusedError ? new Problem(error.code, { detail: error.advice }) : error;
}

/** Streams the file into the store, then reads it once. What is refused is nobody's, and swept away within a day. */
async function take(store: Store, bytes: Request): Promise<{ fileHash: string; facts: FileFacts }> {
  if (bytes.get('content-encoding')) throw new Problem('unsupported_media_type');
  const length = Number(bytes.get('content-length') ?? Number.NaN);
  if (length > mostBytes) throw new FileTooLargeError();
  if (length === 0) throw badField('body', 'is empty');
  const { hash } = await store.contents.save(bytes, { maxBytes: mostBytes });
  const ranges = await store.contents.openRanges(hash);
  if (!ranges) throw new ContentBusyError();
  const file = await openExport(ranges);
  try {
    return { fileHash: hash, facts: await readFacts(file, new Date()) };
  } finally {
    file.close();
  }
}

/** What an uploaded file tells of itself, or the problem that it is no chat. */
export const readFile = (store: Store, bytes: Request): Promise<{ fileHash: string; facts: FileFacts }> =>
  take(store, bytes).catch((error: unknown) => {
    // Nobody reads the answer, and nothing is wrong here.
    const isCutOff = bytes.destroyed && !bytes.complete;
    throw isCutOff ? new Problem('bad_request', { detail: 'The file was cut off.' }) : toProblem(error);
  });
