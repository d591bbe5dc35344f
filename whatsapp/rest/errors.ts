/** What a kind of server is called, and what somebody should do about each of its errors. */
export interface ServerWords {
  name: string;
  advice: Record<'unreachable' | 'key' | 'missing' | 'state' | 'answer', string>;
}

/** The facts of every error of this room. Nothing of a body, no key and no name of a chat goes into them. */
interface ErrorFacts {
  words: ServerWords;
  /** The route without ids, such as `chats/messages`. */
  call: string;
  status?: number | undefined;
  cause?: unknown;
}

/** Base of everything this room throws: one subclass per remedy; `advice` is a sentence for a person. */
export abstract class ServerError extends Error {
  readonly advice: string;
  readonly call: string;
  readonly status: number | null;

  constructor(reason: string, kind: keyof ServerWords['advice'], { words, call, status, cause }: ErrorFacts) {
    const where = status === undefined ? call : `${call}: ${status}`;
    super(`${reason} (${where})`, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.advice = words.advice[kind];
    this.call = call;
    this.status = status ?? null;
  }
}

/** Nothing answers, not in time, or a proxy answers in the server's place: the same may be asked again later. */
export class ServerUnreachableError extends ServerError {
  constructor(facts: ErrorFacts) {
    super(`${facts.words.name} does not answer`, 'unreachable', facts);
  }
}

/** 401 and 403: nothing is answered until the API key is renewed. */
export class ServerKeyError extends ServerError {
  constructor(facts: ErrorFacts) {
    super(`${facts.words.name} does not accept our API key`, 'key', facts);
  }
}

/** 404: there is no such session, chat or message. */
export class ServerMissingError extends ServerError {
  constructor(facts: ErrorFacts) {
    super(`${facts.words.name} has no such thing`, 'missing', facts);
  }
}

/** 409 and 422: the session is in a state that this cannot be done in. */
export class ServerStateError extends ServerError {
  constructor(facts: ErrorFacts) {
    super('The session’s state does not allow this', 'state', facts);
  }
}

/** An answer that is not the server's: a redirect, too large, another form, or a refusal of the request itself. */
export class ServerAnswerError extends ServerError {
  constructor(reason: string, facts: ErrorFacts) {
    super(`${facts.words.name}${reason}`, 'answer', facts);
  }
}
