import {
  AskAdminError,
  BadRequestError,
  type Bitrix24Error,
  ContactGoneError,
  OwnerNotFoundError,
  PortalBlockedError,
  PortalGoneError,
  ReauthoriseError,
  type RefusalScope,
  UnclearRefusalError,
  UnknownOutcomeError,
  WaitUntilError,
  type WaitScope,
} from '../errors';

/** A refusal as the portal gave it. `status` is null for a command inside a batch, whose envelope is always 200. */
export interface Refusal {
  status: number | null;
  /** `error`, which old crm methods leave empty or "0". */
  code: string;
  /** `error_description`: used to classify only, since it may repeat what a customer wrote. */
  description: string;
  method: string;
  /** The contact the request was about, if any. */
  crmContactId: number | null;
  retryAfterMs: number | null;
}

export interface Row {
  codes?: readonly string[];
  statuses?: readonly number[];
  description?: RegExp;
  to: (refusal: Refusal) => Bitrix24Error;
}

const NO_CODE = ['', '0', 'ERROR_CORE', '100', 'ERROR'];
/** The old crm methods' whole answer; a longer sentence that has these words in it says something else. */
const NOT_FOUND_ONLY = /^\s*((element|item) )?not found\.?\s*$/i;
const NO_OWNER_ONLY = /^\s*owner (was )?not found\.?\s*$/i;

export const wait = (scope: WaitScope, defaultMs: number) => (refusal: Refusal) =>
  new WaitUntilError({ ...facts(refusal), scope, retryAfterMs: refusal.retryAfterMs ?? defaultMs });
const reauthorise = (refusal: Refusal) => new ReauthoriseError(facts(refusal));
export const unknown = (refusal: Refusal) => new UnknownOutcomeError(facts(refusal));
export const unclear = (refusal: Refusal) => new UnclearRefusalError(facts(refusal));
const badRequest = (refusal: Refusal) =>
  new BadRequestError({ ...facts(refusal), field: fieldIn(refusal.description) });
export const askAdmin = (advice: string, scope?: RefusalScope) => (refusal: Refusal) =>
  new AskAdminError({ ...facts(refusal), advice, scope });
/** Only the contact itself says that it is gone; a timeline that does not find its owner may mean something else. */
const notFoundAs = (code: string) => (refusal: Refusal) => {
  const { crmContactId, method } = refusal;
  if (crmContactId === null) return badRequest({ ...refusal, code });
  const about = { ...facts({ ...refusal, code }), crmContactId };
  return method.startsWith('crm.item.') ? new ContactGoneError(about) : new OwnerNotFoundError(about);
};

const noRight = askAdmin(
  'Give the user of the webhook the right to read and change contacts, or ask a user who has it to create the webhook.',
);

/** The quotations of a refusal: titles or names of fields, as the portal's staff called them. */
const titlesIn = (description: string): string[] =>
  [...description.matchAll(/["«]([^"«»]{1,100})["»]/g)].map(([, title = '']) => title).slice(0, 20);

const missing = (refusal: Refusal) =>
  new AskAdminError({
    ...facts(refusal),
    advice:
      'Bitrix24 requires fields of a contact that were not given: give them, or make them optional in Bitrix24.',
    requiredFields: titlesIn(refusal.description).map((title) => ({
      name: null,
      title,
      type: null,
      options: [],
    })),
  });

/** A refusal of a comment that names another field than these is not about its text. */
const TEXT_FIELDS = [undefined, 'COMMENT', 'FILES'];

const invalidValue = (refusal: Refusal) => {
  const field = fieldIn(refusal.description);
  const isAboutText =
    refusal.method.startsWith('crm.timeline.comment.') && TEXT_FIELDS.includes(field?.toUpperCase());
  return new BadRequestError({ ...facts(refusal), field, isAboutText });
};

/** First match wins. Codes and statuses: Bitrix24's lists of system and OAuth errors, and those of the crm methods. */
export const rows: readonly Row[] = [
  { codes: ['QUERY_LIMIT_EXCEEDED'], to: wait('requests', 2_000) },
  { codes: ['OPERATION_TIME_LIMIT'], to: wait('method', 60_000) },
  { codes: ['OVERLOAD_LIMIT'], to: (refusal) => new PortalBlockedError(facts(refusal)) },
  { codes: ['PORTAL_DELETED'], to: (refusal) => new PortalGoneError(facts(refusal)) },
  {
    codes: ['expired_token', 'invalid_token', 'NO_AUTH_FOUND', 'invalid_grant', 'invalid_client'],
    to: reauthorise,
  },
  {
    codes: ['ACCESS_DENIED'],
    description: /commercial plan|subscription|tariff/i,
    to: askAdmin(
      'The plan of this portal has no REST access: take a plan, or a subscription, that has it.',
      'portal',
    ),
  },
  {
    codes: ['PAYMENT_REQUIRED'],
    to: askAdmin('The subscription of this portal has ended: renew it.', 'portal'),
  },
  { codes: ['insufficient_scope'], to: askAdmin('Give the webhook the "crm" scope.', 'portal') },
  {
    codes: ['user_access_error'],
    to: askAdmin('Allow the user of the webhook to use the application.', 'portal'),
  },
  {
    codes: ['WRONG_AUTH_TYPE', 'ERROR_WRONG_CONTEXT', 'ERROR_WRONG_APPLICATION'],
    to: askAdmin('This needs a local application instead of a webhook.'),
  },
  {
    codes: ['ERROR_METHOD_NOT_FOUND'],
    to: askAdmin('Update the portal: it lacks a REST method that is needed.'),
  },
  { codes: ['INVALID_REQUEST'], to: askAdmin('Enter the address of the portal with https.', 'portal') },
  { codes: ['CRM_FIELD_ERROR_REQUIRED'], to: missing },
  {
    codes: ['METHOD_CONFIRM_WAITING', 'METHOD_CONFIRM_DENIED'],
    to: askAdmin('An administrator must confirm in Bitrix24 that the webhook may use this method.'),
  },
  { codes: ['ACCESS_DENIED', 'INVALID_CREDENTIALS', 'allowed_only_intranet_user'], to: noRight },
  { codes: ['OWNER_NOT_FOUND'], to: notFoundAs('OWNER_NOT_FOUND') },
  { codes: ['NOT_FOUND'], to: notFoundAs('NOT_FOUND') },
  { codes: ['INTERNAL_SERVER_ERROR', 'ERROR_UNEXPECTED_ANSWER'], to: unknown },
  { codes: ['INVALID_ARG_VALUE'], to: invalidValue },
  {
    codes: ['CRM_FIELD_ERROR_VALUE_NOT_VALID', 'ERROR_ARGUMENT', 'MULTIPLE_BINDINGS'],
    to: badRequest,
  },
  { codes: ['ERROR_BATCH_METHOD_NOT_ALLOWED', 'ERROR_BATCH_LENGTH_EXCEEDED'], to: unclear },
  // The database's own words, English on every portal.
  { codes: NO_CODE, description: /^.{0,80}(Data too long for|Incorrect string value)/i, to: invalidValue },
  { codes: NO_CODE, description: /^could not find value for parameter/i, to: badRequest },
  { codes: NO_CODE, description: /access denied|permission/i, to: noRight },
  { codes: NO_CODE, statuses: [400, 404], description: NOT_FOUND_ONLY, to: notFoundAs('NOT_FOUND') },
  { codes: NO_CODE, statuses: [400, 404], description: NO_OWNER_ONLY, to: notFoundAs('OWNER_NOT_FOUND') },
  { statuses: [401], to: reauthorise },
  { statuses: [403, 404, 405], to: noRight },
  { statuses: [429], to: wait('requests', 60_000) },
  { statuses: [408], to: unknown },
];

/** Field names of the API are Latin identifiers; anything else in a description may be a customer's text. */
function fieldIn(description: string): string | undefined {
  return /\bfields?:? ['"«]?([A-Za-z][A-Za-z_]{0,40}\b)['"»]?/.exec(description)?.[1];
}

const facts = ({ code, status, method }: Refusal) => ({
  code: /^[A-Za-z0-9_]{1,60}$/.test(code) ? code : `HTTP_${status ?? 200}`,
  method,
});
