import { createReadStream, existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RequestHandler } from 'express';

/** A file's name as the build gives it; nothing of a path. */
const assetName = /^[\w.-]{1,200}$/;
const isText = new Set(['.js', '.css', '.svg', '.json', '.html', '.map']);
const compress = promisify(gzip);

/**
 * Files of the build, named by their content: a browser keeps them for good. Texts go compressed; each is compressed once, when it is
 * first asked for.
 */
export function createAssets(folder: string): RequestHandler<{ name: string }> {
  const compressed = new Map<string, Promise<Buffer>>();
  const compressOnce = (path: string): Promise<Buffer> => {
    const known = compressed.get(path) ?? readFile(path).then((bytes) => compress(bytes));
    compressed.set(path, known);
    known.catch(() => compressed.delete(path));
    return known;
  };
  return async (request, response, next) => {
    const { name } = request.params;
    const path = join(folder, name);
    if (!assetName.test(name) || name.startsWith('.') || !existsSync(path)) return next();
    response
      .type(extname(name))
      .set('Cache-Control', 'public, max-age=31536000, immutable')
      .vary('Accept-Encoding');
    if (isText.has(extname(name)) && request.acceptsEncodings('gzip') === 'gzip') {
      response.set('Content-Encoding', 'gzip').send(await compressOnce(path));
      return;
    }
    createReadStream(path).on('error', next).pipe(response);
  };
}
