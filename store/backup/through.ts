import type { Readable, Transform } from 'node:stream';

/** What comes of the source on the other side of a transform. Both end with their reader, however early that is. */
export async function* through(source: Readable, transform: Transform): AsyncGenerator<Buffer> {
  source.on('error', (error) => transform.destroy(error));
  source.pipe(transform);
  try {
    for await (const chunk of transform) yield chunk as Buffer;
  } finally {
    source.destroy();
  }
}
