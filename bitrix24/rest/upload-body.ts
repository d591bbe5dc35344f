import type { Params } from './commands';

/** A file on its way to the portal. */
export interface UploadFile {
  name: string;
  sizeBytes: number;
  /** Its bytes from the start, each time it is called. */
  open(): AsyncIterable<Uint8Array>;
}

/** A body that is made while it is sent, as often as it is asked for; its length is known before. */
export interface StreamedBody {
  bytes: number;
  open(): AsyncIterable<Uint8Array>;
}

const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

/** Base64 of a stream: three bytes at a time, so that padding comes at the end only. */
async function* toBase64(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of bytes) {
    const all = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    const whole = all.length - (all.length % 3);
    rest = all.subarray(whole);
    if (whole > 0) yield Buffer.from(all.subarray(0, whole).toString('base64'), 'latin1');
  }
  if (rest.length > 0) yield Buffer.from(Buffer.from(rest).toString('base64'), 'latin1');
}

/** The file of another length than was said would make a body that no portal can read. */
async function* ofLength(file: UploadFile): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of file.open()) {
    bytes += chunk.length;
    yield chunk;
  }
  if (bytes !== file.sizeBytes) throw new Error('A file has another length than it had.');
}

/**
 * `{"fields":{…,"FILES":[["name","<base64>"],…]}}`: the JSON of a command whose `fields` get these files, which are never in memory whole.
 */
export function toUploadBody(fields: Params, files: readonly UploadFile[]): StreamedBody {
  const head = Buffer.from(`${JSON.stringify({ fields }).slice(0, -2)},"FILES":[`);
  const tail = Buffer.from(']}}');
  const openings = files.map(({ name }, index) =>
    Buffer.from(`${index === 0 ? '' : ','}[${JSON.stringify(name)},"`),
  );
  const closing = Buffer.from('"]');
  const ofFiles = files.map(
    ({ sizeBytes }, index) => (openings[index]?.length ?? 0) + base64Length(sizeBytes) + closing.length,
  );
  return {
    bytes: head.length + ofFiles.reduce((sum, bytes) => sum + bytes, 0) + tail.length,
    async *open() {
      yield head;
      for (const [index, file] of files.entries()) {
        yield openings[index] ?? Buffer.alloc(0);
        yield* toBase64(ofLength(file));
        yield closing;
      }
      yield tail;
    },
  };
}
