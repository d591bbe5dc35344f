import type { Request } from 'express';
import { parseBracketQuery } from './bracket-query';
import { isMap, type Params } from './method';

function parseJson(text: string): Params {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : {};
  } catch {
    return {};
  }
}

/** Parameters of a request: the query string's, then the body's. As in PHP, a body that cannot be read is empty. */
export function readParams(req: Request): Params {
  const mark = req.originalUrl.indexOf('?');
  const query = mark < 0 ? {} : parseBracketQuery(req.originalUrl.slice(mark + 1));
  const body: unknown = req.body;
  if (!Buffer.isBuffer(body) || body.length === 0) return query;
  const text = body.toString('utf8');
  const isJson = (req.headers['content-type'] ?? '').includes('json') || text.trimStart().startsWith('{');
  return { ...query, ...(isJson ? parseJson(text) : parseBracketQuery(text)) };
}
