import { z } from 'zod';
import { toUrl } from '../rest/exchange';
import { readAlive, type SourceFile } from '../rest/download';
import type { EvolutionClientOptions } from './rest/asking';

/** The server fetches the file from WhatsApp before it answers, and tries twice. */
const answerWithinMs = 60_000;
/** What stands before the file in the answer: its name and caption at most. */
const maxHeadBytes = 1024 * 1024;

const fileMark = '"base64":"';
const headShape = z.looseObject({ mimetype: z.string().nullish().catch(null) });

type Chunks = AsyncGenerator<Uint8Array, void, undefined>;

/** What the answer says before the file begins, and what of the file came with it; null: there is no file in it. */
async function readHead(chunks: Chunks): Promise<{ head: string; rest: string } | null> {
  let text = '';
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    text += Buffer.from(next.value).toString('latin1');
    const at = text.indexOf(fileMark);
    if (at >= 0) return { head: text.slice(0, at), rest: text.slice(at + fileMark.length) };
    if (text.length > maxHeadBytes) return null;
  }
  return null;
}

/** The file's bytes as they come: four letters are three bytes, and a quotation mark is the end. A file that is cut off is no file. */
async function* decode(first: string, chunks: Chunks): AsyncGenerator<Uint8Array> {
  let pending = first;
  try {
    for (;;) {
      const end = pending.indexOf('"');
      const ready = end >= 0 ? end : pending.length - (pending.length % 4);
      if (ready > 0) yield Buffer.from(pending.slice(0, ready), 'base64');
      if (end >= 0) return;
      const next = await chunks.next();
      if (next.done) throw new Error('The file was cut off.');
      pending = pending.slice(ready) + Buffer.from(next.value).toString('latin1');
    }
  } finally {
    await chunks.return();
  }
}

const readMimeType = (head: string): string | null => {
  try {
    const text = `${Buffer.from(head, 'latin1').toString('utf8')}"base64":""}`;
    return headShape.parse(JSON.parse(text)).mimetype || null;
  } catch {
    return null;
  }
};

async function ask(access: EvolutionClientOptions, messageId: string): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), answerWithinMs);
  const path = `/chat/getBase64FromMediaMessage/${encodeURIComponent(access.instance)}`;
  return fetch(toUrl(access.baseUrl, { path }), {
    method: 'POST',
    // Followed, a redirect would take the key along.
    redirect: 'manual',
    headers: { apikey: access.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ message: { key: { id: messageId } }, convertToMp4: false }),
    signal: limit.signal,
  }).finally(() => clearTimeout(timer));
}

async function download(access: EvolutionClientOptions, messageId: string): Promise<SourceFile> {
  const { status, body } = await ask(access, messageId);
  if (status >= 300 || !body) {
    await body?.cancel();
    // Neither the server nor WhatsApp has it: 400 says so.
    return { kind: status === 400 ? 'gone' : 'away' };
  }
  const chunks = readAlive(body);
  const found = await readHead(chunks);
  if (found) {
    const { head, rest } = found;
    return {
      kind: 'bytes',
      bytes: decode(rest, chunks),
      mimeType: readMimeType(head),
      sizeBytes: null,
    };
  }
  await chunks.return();
  return { kind: 'gone' };
}

/**
 * Fetches a message's file from an Evolution server, which fetches it from WhatsApp. It comes as text within JSON, and is decoded as it comes.
 * Errors of the connection are `away`: the same may be had later.
 */
export const fetchEvolutionMedia = (
  access: EvolutionClientOptions,
  { messageId }: { messageId: string },
): Promise<SourceFile> => download(access, messageId).catch(() => ({ kind: 'away' }));
