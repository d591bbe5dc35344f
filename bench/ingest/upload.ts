import { request } from 'node:http';
import { Readable } from 'node:stream';

/** Where bytes are sent, and as whom. */
export interface UploadTarget {
  port: number;
  token: string;
  localAddress?: string;
}

/** Sends the bytes of a file that was asked for; gives the answer's status. */
export const putFile = (
  { port, token, localAddress }: UploadTarget,
  path: string,
  { chunks, sizeBytes }: { chunks: Iterable<Buffer> | AsyncIterable<Buffer>; sizeBytes: number },
): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/octet-stream',
      'content-length': sizeBytes,
    };
    const sent = request(
      { host: '127.0.0.1', port, path, method: 'PUT', headers, ...(localAddress && { localAddress }) },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on('error', reject);
    Readable.from(chunks).pipe(sent);
  });
