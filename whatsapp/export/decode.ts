import { TextDecoder } from 'node:util';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const sampleBytes = 64_000;

/** Half of the bytes of UTF-16 are zero where people write in Latin letters. */
function findUtf16(sample: Uint8Array): Encoding | null {
  if (sample[0] === 0xff && sample[1] === 0xfe) return 'utf-16le';
  if (sample[0] === 0xfe && sample[1] === 0xff) return 'utf-16be';
  const zerosAt = (odd: number) => sample.filter((byte, at) => byte === 0 && at % 2 === odd).length;
  const many = sample.length / 8;
  if (zerosAt(1) > many && zerosAt(0) < many / 4) return 'utf-16le';
  return zerosAt(0) > many && zerosAt(1) < many / 4 ? 'utf-16be' : null;
}

/** More broken characters than whole ones of several bytes: an editor of Windows saved the file in its own way. */
function isUtf8(sample: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(sample, { stream: true });
  const broken = text.match(/\ufffd/g)?.length ?? 0;
  return broken === 0 || (text.match(/[^\u0000-\u007f\ufffd]/g)?.length ?? 0) > broken;
}

const findEncoding = (sample: Uint8Array): Encoding =>
  findUtf16(sample) ?? (isUtf8(sample) ? 'utf-8' : 'windows-1252');

/** The text of a file in whatever encoding its first bytes tell; broken characters become U+FFFD. */
export async function* decode(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const source = bytes[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  let next = await source.next();
  for (; !next.done && size < sampleBytes; next = await source.next()) {
    head.push(next.value);
    size += next.value.length;
  }
  const sample = Buffer.concat(head);
  const decoder = new TextDecoder(findEncoding(sample.subarray(0, sampleBytes)));
  try {
    yield decoder.decode(sample, { stream: true });
    for (; !next.done; next = await source.next()) yield decoder.decode(next.value, { stream: true });
    yield decoder.decode();
  } finally {
    // Who stops in between lets go of the file.
    await source.return?.();
  }
}
