import type { Response } from 'express';
import { problemCodes, type ProblemCode } from './problem-codes';

/** The fault of one field of a request; `field` is a path such as `settings.hmacKey`. */
export interface FieldError {
  field: string;
  message: string;
  /** What people call it in Bitrix24, where that is known. */
  title?: string;
  /** The values that it takes; absent: any. */
  choices?: { value: string; title: string }[];
}

interface ProblemParts {
  detail?: string;
  errors?: FieldError[];
  /** How much would be affected, where the request must be confirmed. */
  counts?: Record<string, number>;
  /** The link that the request is saved on, where it goes on in spite of the problem. */
  linkId?: string;
  /** Sent with the answer, such as `Retry-After` or `WWW-Authenticate`. */
  headers?: Record<string, string>;
}

/** An answer that is no success, in the form of RFC 9457. `detail` and `errors` hold no value that a client sent. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly headers: Record<string, string>;
  private readonly parts: ProblemParts;

  constructor(
    readonly code: ProblemCode,
    parts: ProblemParts = {},
  ) {
    super(problemCodes[code][1]);
    this.status = problemCodes[code][0];
    this.headers = parts.headers ?? {};
    this.parts = parts;
  }

  /** What is said of this case, beside the message of its kind. */
  get detail(): string | undefined {
    return this.parts.detail;
  }

  toJSON(): Record<string, unknown> {
    const { detail, errors, counts, linkId } = this.parts;
    return {
      type: `urn:contact-link:problem:${this.code}`,
      title: this.message,
      status: this.status,
      code: this.code,
      ...(detail === undefined ? {} : { detail }),
      ...(errors === undefined ? {} : { errors }),
      ...(counts === undefined ? {} : { counts }),
      ...(linkId === undefined ? {} : { linkId }),
    };
  }
}

/** A 404 for an id that names nothing. */
export const notFound = (detail: string): Problem => new Problem('not_found', { detail });

/** The thing found by its id, or a 404 that names its kind. */
export function orNotFound<Found>(found: Found | null, what: string): Found {
  if (found === null) throw notFound(`No such ${what}.`);
  return found;
}

/** A 503 for a server that is away for a moment. */
export const comeBack = (code: ProblemCode, afterSeconds = 5, detail?: string): Problem =>
  new Problem(code, {
    headers: { 'Retry-After': String(afterSeconds) },
    ...(detail === undefined ? {} : { detail }),
  });

/** A 422 for one field. */
export const badField = (
  field: string,
  message: string,
  code: 'invalid_request' | 'bad_phone' | 'portal_required' = 'invalid_request',
): Problem => new Problem(code, { errors: [{ field, message }] });

/** Writes the problem as the answer. */
export function sendProblem(response: Response, problem: Problem): void {
  response
    .status(problem.status)
    .set(problem.headers)
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}
