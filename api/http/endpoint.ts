import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import type { Role } from '../../domain/access';
import type { AccountDoc } from '../../store/accounts';
import { accountOf, actorOf, type Actor } from './auth';
import { notFound, Problem } from './problem';

/** The names of `:name` in a path. */
type ParamNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamNames<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** A checked request. */
export interface Call<Path extends string, Body, Query> {
  params: Record<ParamNames<Path>, string>;
  body: Body;
  query: Query;
  /** The body as it comes, for an endpoint that takes bytes. */
  bytes: Request;
}

/** The answer to a request. A `Date` in the body becomes its ISO string, as JSON writes it. */
export interface Answer {
  status: number;
  /** JSON unless given; then `body` is the text itself, or a stream of bytes. */
  type?: 'csv' | 'bytes' | 'png';
  /** Sent beside the usual ones. */
  headers?: Record<string, string>;
  body: unknown;
}

/** One answer as the documentation shows it. */
export interface AnswerDoc {
  description: string;
  schema?: z.ZodType;
  /** `?format=csv` answers the same as text. */
  csv?: true;
  /** It is a file, not JSON. */
  bytes?: true;
}

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Method and path as people write them: `GET /links/:linkId`. */
export type Route = `${Uppercase<Method>} /${string}`;

interface Definition<Path extends Route, Body extends z.ZodType, Query extends z.ZodType, Extra> {
  /** The name that generated clients call the operation by: once given it stays. */
  operationId: string;
  tag: string;
  summary: string;
  body?: Body;
  /** Shown by the documentation instead of `body`, where the handler itself parses. */
  bodyDoc?: z.ZodType;
  query?: Query;
  answers: Record<number, AnswerDoc>;
  /** What changes nothing, though it is no GET, leaves no row in the trail: `false`. */
  audit?: false;
  /** Its body is a file, which its handler reads as it comes. */
  takesBytes?: boolean;
  /** What reads its body, where that is no JSON of the usual size: JSON or CSV. */
  readers?: RequestHandler[] | null;
  handle: (call: Call<Path, z.output<Body>, z.output<Query>> & Extra) => Promise<Answer>;
}

/** An endpoint under `/api/v1`: what it takes, what it answers, and how it is carried out. */
export interface Endpoint {
  method: Method;
  path: string;
  operationId: string;
  tag: string;
  summary: string;
  /** Who may call it: people and API tokens with a role, the ingest token of an account, or everybody. */
  auth: 'role' | 'account' | 'none';
  /** The least role that may; null where no role counts. */
  role: Role | null;
  body: z.ZodType | null;
  query: z.ZodType;
  answers: Record<number, AnswerDoc>;
  /** Whether it leaves a row in the trail of who changed what. */
  isAudited: boolean;
  takesBytes: boolean;
  readers: RequestHandler[] | null;
  run: (request: Request, response: Response) => Promise<Answer>;
}

/** The answer when there is nothing to say but the body. */
export const ok = (body: unknown): Answer => ({ status: 200, body });

const nothing = z.strictObject({});
/** Our ids; another form names nothing. */
export const idShape = /^[0-9a-f]{24}$/;

/** Parses with the schema, or throws a 422 that names every bad field. Values never go into the answer. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Problem('invalid_request', { errors: parsed.error.issues.flatMap(toFieldErrors) });
}

function toFieldErrors(issue: z.core.$ZodIssue) {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a known field' }));
  }
  return [{ field: path.join('.'), message: issue.message }];
}

function readParams(request: Request): Record<string, string> {
  const params = request.params as Record<string, string>;
  for (const [name, value] of Object.entries(params)) {
    if (name.endsWith('Id') && !idShape.test(value)) throw notFound('No such id.');
  }
  return params;
}

function define<Path extends Route, Body extends z.ZodType, Query extends z.ZodType, Extra>(
  { auth, role }: Pick<Endpoint, 'auth' | 'role'>,
  route: Path,
  {
    operationId,
    tag,
    summary,
    answers,
    audit,
    takesBytes = false,
    readers = null,
    handle,
    ...input
  }: Definition<Path, Body, Query, Extra>,
  toExtra: (response: Response) => Extra,
): Endpoint {
  const [method = '', path = ''] = route.split(' ');
  const { body = nothing, query = nothing } = input;
  return {
    ...{ method: method.toLowerCase() as Method, path, operationId, tag, summary, answers },
    ...{ auth, role, query, isAudited: audit ?? true, takesBytes, readers },
    body: input.bodyDoc ?? input.body ?? null,
    run(request, response) {
      const extra = toExtra(response);
      return handle({
        params: readParams(request),
        query: parseInput(query, request.query) as z.output<Query>,
        body: parseInput(body, request.body ?? {}) as z.output<Body>,
        bytes: request,
        ...extra,
      });
    },
  };
}

/** An endpoint for people and API tokens that have this role, or a higher one; `actor` is who asks. */
export const endpoint = <Path extends Route, Body extends z.ZodType, Query extends z.ZodType>(
  route: Path,
  { role, ...definition }: Definition<Path, Body, Query, { actor: Actor }> & { role: Role },
): Endpoint =>
  define({ auth: 'role', role }, route, definition, (response) => ({ actor: actorOf(response, role) }));

/** An endpoint that needs neither token nor log-in. */
export const publicEndpoint = <Path extends Route, Body extends z.ZodType, Query extends z.ZodType>(
  route: Path,
  definition: Definition<Path, Body, Query, unknown>,
): Endpoint => define({ auth: 'none', role: null }, route, definition, () => ({}));

/** An endpoint for an account's ingest token; `account` is the token's. */
export const accountEndpoint = <Path extends Route, Body extends z.ZodType, Query extends z.ZodType>(
  route: Path,
  definition: Definition<Path, Body, Query, { account: AccountDoc }>,
): Endpoint =>
  define({ auth: 'account', role: null }, route, definition, (response) => ({
    account: accountOf(response),
  }));

/** A caller that hangs up ends the reading; a server that goes away in between ends the connection. */
const sendBytes = (response: Response, body: unknown): Promise<void> =>
  pipeline(body as Readable, response).catch(() => void response.destroy());

/** Adds the endpoints to a router; `before` runs before each of them. */
export function mount(router: Router, endpoints: readonly Endpoint[], before: RequestHandler[] = []): void {
  for (const { method, path, run } of endpoints) {
    router[method](path, ...before, async (request, response) => {
      const { status, type, body, headers = {} } = await run(request, response);
      response.status(status).set(headers);
      if (type === 'bytes') await sendBytes(response, body);
      else if (type === 'png') response.type('image/png').send(body);
      else if (type === 'csv') response.type('text/csv; charset=utf-8').send(body);
      else if (status === 204) response.end();
      else response.json(body);
    });
  }
}
