import express, { type RequestHandler } from 'express';
import { readWithin } from '../door/read-within';
import { isTooDeep } from './nesting';
import { Problem } from './problem';

const withinMs = 60_000;

const jsonTypes = ['json', '+json'];
/** Browsers on Windows call a CSV file Excel's. */
const csvTypes = ['text/csv', 'text/plain', 'text/tab-separated-values', 'application/vnd.ms-excel'];

const refuseOther =
  (types: string[], detail: string): RequestHandler =>
  (request, _response, next) => {
    const isEmpty = request.get('content-length') === '0';
    if (!isEmpty && request.is(types) === false) throw new Problem('unsupported_media_type', { detail });
    next();
  };

/** A refusal is answered without the parser's words, which may quote the body. */
const refuseDeep = (_request: unknown, _response: unknown, body: Buffer): void => {
  if (isTooDeep(body.toString('latin1')))
    throw new Problem('malformed_json', { detail: 'The body nests deeper than anything that is asked for.' });
};

const read = (limit: string, verify?: typeof refuseDeep): RequestHandler[] => [
  refuseOther(jsonTypes, 'Send application/json.'),
  readWithin(withinMs, express.json({ limit, type: () => true, ...(verify ? { verify } : {}) })),
];

const listLimit = '16mb';

/** A list of many rows, as JSON or as the text of a CSV file. */
export const readList: RequestHandler[] = [
  refuseOther([...jsonTypes, ...csvTypes], 'Send text/csv or application/json.'),
  readWithin(withinMs, express.text({ limit: listLimit, type: csvTypes })),
  readWithin(withinMs, express.json({ limit: listLimit, type: jsonTypes, verify: refuseDeep })),
];

/** Reads a JSON body of at most 2 MB. Without a body there is none: the schema decides whether one is needed. */
export const readJson = read('2mb', refuseDeep);

/** The same for what sources send: they may add what we do not know, however deep, to a message that is good. */
export const readSourceJson = read('2mb');

/** The same of strangers: a code to log in with is short. */
export const readSmallJson = read('4kb', refuseDeep);
