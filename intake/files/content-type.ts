import { filetypeinfo } from 'magic-bytes.js';

/** Enough of a file to know it by. */
const headBytes = 4_100;

/** Names of `magic-bytes.js` for what a computer can run; for most it has no MIME type. */
const programs: ReadonlyMap<string, string> = new Map([
  ['exe', 'application/x-msdownload'],
  ['ELF', 'application/x-executable'],
  ['class', 'application/x-mach-binary'],
]);

/** Films without pictures and sounds with a cover are both kinds at once. */
const mediumOf = (type: string): string => {
  const [family = ''] = type.split('/');
  return family === 'video' || type === 'application/ogg' ? 'audio' : family;
};

const media = ['image', 'audio'];

/** `image/jpeg` of `IMAGE/JPEG; q=1`. */
export const bareType = (mimeType: string | null): string =>
  mimeType?.split(';')[0]?.trim().toLowerCase() ?? '';

/** What the first bytes may be; of archives and films that is more than one type. */
function guess(head: Uint8Array) {
  const guesses = filetypeinfo(head);
  const program = guesses.flatMap(({ typename }) => programs.get(typename) ?? [])[0];
  return { program, types: guesses.flatMap(({ mime }) => mime ?? []) };
}

/** The type of a file of which nothing is said; null: nobody can say. */
export function guessType(head: Uint8Array): string | null {
  const { program, types } = guess(head);
  return program ?? types[0] ?? null;
}

/**
 * The type of a file by its first bytes, where that is not what its source calls it: a program called a picture, a page called a film. Null:
 * it is so, or nobody can say. Pictures are one kind, sound and film another; of documents only programs are told apart, since many are
 * archives within.
 */
export function findOtherType(head: Uint8Array, mimeType: string | null): string | null {
  const declared = bareType(mimeType);
  if (declared === '' || declared === 'application/octet-stream') return null;
  const { program, types } = guess(head);
  if (media.includes(mediumOf(declared))) {
    if (types.some((type) => mediumOf(type) === mediumOf(declared))) return null;
    return program ?? types[0] ?? null;
  }
  return /^(text\/|application\/(pdf|json|vnd\.(ms-|openxml|oasis)))/.test(declared)
    ? (program ?? null)
    : null;
}

/** Reads the beginning of a file, and gives it back with the rest; `whole`: all of it, where it is no longer than that. */
export async function peek(bytes: AsyncIterable<Uint8Array>, beginningBytes = headBytes) {
  const source = bytes[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let size = 0;
  let isOver = false;
  while (size < beginningBytes && !isOver) {
    const next = await source.next();
    isOver = next.done ?? false;
    if (next.done) break;
    read.push(next.value);
    size += next.value.length;
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      yield* read;
      for (let next = isOver ? null : await source.next(); next && !next.done; next = await source.next())
        yield next.value;
      isOver = true;
    } finally {
      if (!isOver) await source.return?.();
    }
  }
  const beginning = Buffer.concat(read);
  return { head: beginning.subarray(0, headBytes), whole: isOver ? beginning : null, all: all() };
}
