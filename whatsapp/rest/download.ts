/** A file as its source gives it: its bytes, that it is there no more, or nothing that can be used now. */
export type SourceFile =
  | { kind: 'bytes'; bytes: AsyncIterable<Uint8Array>; mimeType: string | null; sizeBytes: number | null }
  | { kind: 'gone' }
  | { kind: 'away' };

const answerWithinMs = 30_000;
/** A file comes as fast as it comes, but it comes. */
const silentForMs = 60_000;

/** The chunks of a body; when none comes for a while it is given up. */
export async function* readAlive(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error('The file stopped coming.')), silentForMs);
      });
      const { done, value } = await Promise.race([reader.read(), silence]).finally(() => clearTimeout(timer));
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A file at its address. The headers open it: they are sent to this address alone. Throws where nobody answers. */
export async function download(url: URL, headersToSend: Record<string, string>): Promise<SourceFile> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), answerWithinMs);
  const response = await fetch(url, {
    // Followed, a redirect would take the headers along.
    redirect: 'manual',
    headers: headersToSend,
    signal: limit.signal,
  }).finally(() => clearTimeout(timer));
  const { status, headers, body } = response;
  if (status !== 200 || !body) {
    await body?.cancel();
    return { kind: status === 404 || status === 410 ? 'gone' : 'away' };
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  const sizeBytes = Number.isSafeInteger(length) && length >= 0 ? length : null;
  const mimeType = headers.get('content-type')?.split(';')[0]?.trim() || null;
  return { kind: 'bytes', bytes: readAlive(body), mimeType, sizeBytes };
}
