import express, { type RequestHandler } from 'express';
import { Problem } from './problem';

const maxBody = '2mb';

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  const isEmpty = request.get('content-length') === '0';
  if (!isEmpty && request.is(['json', '+json']) === false) {
    throw new Problem('unsupported_media_type', { detail: 'Send application/json.' });
  }
  next();
};

/** Reads a JSON body of at most 2 MB. Without a body there is none: the schema decides whether one is needed. */
export const readJson: RequestHandler[] = [
  refuseOtherTypes,
  express.json({ limit: maxBody, type: () => true }),
];
