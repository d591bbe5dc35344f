import {
  type AskAdminError,
  BadRequestError,
  ContactGoneError,
  UnclearRefusalError,
  WaitUntilError,
} from '../../../bitrix24/errors';
import type { Refusal } from '../../../bitrix24/rest/refusal-table';
import { toError, toPageError } from '../../../bitrix24/rest/refusals';

const refusal = (given: Partial<Refusal>): Refusal => ({
  status: 400,
  code: '',
  description: '',
  method: 'crm.timeline.comment.add',
  crmContactId: null,
  retryAfterMs: null,
  ...given,
});

test.each<[number | null, string, string, string]>([
  [503, 'QUERY_LIMIT_EXCEEDED', 'Too many requests', 'WaitUntilError'],
  [429, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.', 'WaitUntilError'],
  [null, 'OPERATION_TIME_LIMIT', 'Method is blocked due to operation time limit.', 'WaitUntilError'],
  [429, 'SOMETHING', '', 'WaitUntilError'],
  [503, 'OVERLOAD_LIMIT', '', 'PortalBlockedError'],
  [500, 'PORTAL_DELETED', '', 'PortalGoneError'],
  [401, 'expired_token', '', 'ReauthoriseError'],
  [401, 'invalid_token', '', 'ReauthoriseError'],
  [401, 'NO_AUTH_FOUND', '', 'ReauthoriseError'],
  [401, '', '', 'ReauthoriseError'],
  [403, 'ACCESS_DENIED', 'REST API is available only on commercial plans', 'AskAdminError'],
  [400, 'ACCESS_DENIED', 'Access denied.', 'AskAdminError'],
  [403, 'insufficient_scope', '', 'AskAdminError'],
  [403, 'INVALID_CREDENTIALS', '', 'AskAdminError'],
  [403, 'user_access_error', '', 'AskAdminError'],
  [403, 'WRONG_AUTH_TYPE', '', 'AskAdminError'],
  [400, 'ERROR_WRONG_CONTEXT', '', 'AskAdminError'],
  [404, 'ERROR_METHOD_NOT_FOUND', '', 'AskAdminError'],
  [400, 'CRM_FIELD_ERROR_REQUIRED', 'Required fields are not filled', 'AskAdminError'],
  [400, '', 'Access denied.', 'AskAdminError'],
  [null, '0', 'Access denied.', 'AskAdminError'],
  [400, 'INVALID_ARG_VALUE', "field 'phone' is not allowed in filter", 'BadRequestError'],
  [400, '100', 'Could not find value for parameter {fields}', 'BadRequestError'],
  [400, '', 'Communication type is not defined.', 'UnclearRefusalError'],
  [null, 'SOME_NEW_CODE', '', 'UnclearRefusalError'],
  [405, 'ERROR_BATCH_METHOD_NOT_ALLOWED', '', 'UnclearRefusalError'],
  [400, '', 'Mysql query error: Deadlock found when trying to get lock', 'UnclearRefusalError'],
  [null, '', 'Deadlock found when trying to get lock; try restarting transaction', 'UnclearRefusalError'],
  [400, 'ERROR_CORE', 'Internal error', 'UnclearRefusalError'],
  [null, 'ERROR_CORE', 'Table for element was not found in the cache', 'UnclearRefusalError'],
  [null, 'ERROR_CORE', 'Ошибка при добавлении комментария', 'UnclearRefusalError'],
  [400, '', 'Не удалось добавить', 'UnclearRefusalError'],
  [null, 'SERVICE_UNAVAILABLE', '', 'UnclearRefusalError'],
  [503, 'SERVICE_UNAVAILABLE', '', 'UnknownOutcomeError'],
  [401, 'METHOD_CONFIRM_WAITING', 'Waiting for confirmation', 'AskAdminError'],
  [null, 'access_denied', '', 'AskAdminError'],
  [null, 'not_found', '', 'BadRequestError'],
  [500, 'INTERNAL_SERVER_ERROR', '', 'UnknownOutcomeError'],
  [null, 'INTERNAL_SERVER_ERROR', '', 'UnknownOutcomeError'],
  [500, 'SOMETHING', '', 'UnknownOutcomeError'],
  [200, 'ERROR_UNEXPECTED_ANSWER', '', 'UnknownOutcomeError'],
  [408, '', '', 'UnknownOutcomeError'],
])('%s %s "%s" is a %s', (status, code, description, name) => {
  expect(toError(refusal({ status, code, description })).name).toBe(name);
});

const notFound: [number | null, string, string][] = [
  [400, 'OWNER_NOT_FOUND', ''],
  [400, '', 'Owner was not found.'],
  [null, '0', 'Owner not found'],
  [400, 'NOT_FOUND', ''],
  [400, '', 'Not found.'],
  [null, '', 'Not found.'],
];

test.each(notFound)('%s %s "%s" of a contact says which one is gone', (status, code, description) => {
  const asked = { method: 'crm.item.get', crmContactId: 7 };
  const error = toError(refusal({ status, code, description, ...asked }));
  expect(error).toBeInstanceOf(ContactGoneError);
  expect((error as ContactGoneError).crmContactId).toBe(7);
});

test.each(notFound)('%s %s "%s" of a page is a doubt about its contact', (status, code, description) => {
  const error = toError(refusal({ status, code, description, crmContactId: 7 }));
  expect(error).toMatchObject({ name: 'OwnerNotFoundError', crmContactId: 7 });
  expect(error).toBeInstanceOf(UnclearRefusalError);
});

test('an owner that is not found is not taken for what it owns', () => {
  const codeOf = (given: Partial<Refusal>) => toError(refusal(given)).code;
  expect(codeOf({ code: 'OWNER_NOT_FOUND' })).toBe('OWNER_NOT_FOUND');
  expect(codeOf({ description: 'Owner was not found.' })).toBe('OWNER_NOT_FOUND');
});

test('not found of something else is a bad request with that code', () => {
  const error = toError(refusal({ code: '', description: 'Not found.' }));
  expect(error).toBeInstanceOf(BadRequestError);
  expect(error.code).toBe('NOT_FOUND');
});

test('method time is waited for by method, requests by portal, as long as the portal says', () => {
  expect(toError(refusal({ status: 429, code: 'OPERATION_TIME_LIMIT' }))).toMatchObject({ scope: 'method' });
  const error = toError(refusal({ status: 503, code: 'QUERY_LIMIT_EXCEEDED', retryAfterMs: 7_000 }));
  expect(error).toMatchObject({ scope: 'requests', retryAfterMs: 7_000 });
  expect(error).toBeInstanceOf(WaitUntilError);
});

test('the refused field is named, what the portal quotes is not', () => {
  const error = toError(
    refusal({ code: 'INVALID_ARG_VALUE', description: "field 'lastName' is wrong: 'Anna +4917'" }),
  );
  expect(error).toMatchObject({ field: 'lastName' });
  expect(JSON.stringify(error) + error.message + String(error.stack)).not.toMatch(/Anna|4917/);
});

test('a code that is no code is not repeated', () => {
  expect(toError(refusal({ code: 'Anna <anna@example.com>' })).code).toBe('HTTP_400');
});

test('every advice is a sentence', () => {
  const error = toError(refusal({ status: 403, code: 'insufficient_scope' })) as AskAdminError;
  expect(error.advice).toMatch(/^[A-Z].*\.$/);
});

test.each([
  [502, 'UnknownOutcomeError'],
  [504, 'UnknownOutcomeError'],
  [503, 'UnknownOutcomeError'],
  [200, 'UnknownOutcomeError'],
  [408, 'UnknownOutcomeError'],
  [404, 'AskAdminError'],
  [429, 'WaitUntilError'],
])('a page with status %s is a %s', (status, name) => {
  expect(toPageError({ status, method: 'batch', retryAfterMs: null }).name).toBe(name);
});

test.each<[number | null, string, string, string]>([
  [null, '', 'Deadlock found when trying to get lock; try restarting transaction', 'UnclearRefusalError'],
  [400, '', 'Lock wait timeout exceeded; try restarting transaction', 'UnclearRefusalError'],
  [null, 'ERROR_CORE', 'Internal error', 'UnclearRefusalError'],
  [400, 'ERROR_CORE', '', 'UnclearRefusalError'],
  [null, 'SERVICE_UNAVAILABLE', '', 'UnclearRefusalError'],
  [503, 'SERVICE_UNAVAILABLE', '', 'UnknownOutcomeError'],
  [401, 'METHOD_CONFIRM_WAITING', 'Waiting for confirmation', 'AskAdminError'],
  [null, 'METHOD_CONFIRM_WAITING', 'Waiting for confirmation', 'AskAdminError'],
  [null, 'access_denied', 'Доступ запрещен', 'AskAdminError'],
  [400, 'Access_Denied', '', 'AskAdminError'],
  [null, '', 'Доступ запрещен.', 'UnclearRefusalError'],
  [null, '', 'Элемент не найден', 'UnclearRefusalError'],
  [null, '100', 'Недостаточно места на диске', 'UnclearRefusalError'],
  [null, 'INVALID_ARG_VALUE', "Invalid value of field 'ENTITY_TYPE'", 'BadRequestError'],
  [null, '', 'Access denied.', 'AskAdminError'],
])('%s %s "%s" of a comment changes no text: %s', (status, code, description, name) => {
  const error = toError(refusal({ status, code, description, crmContactId: 7 }));
  expect(error.name).toBe(name);
  expect(error).not.toMatchObject({ isAboutText: true });
});

test.each<[string, string]>([
  ['INVALID_ARG_VALUE', 'Comment message is empty'],
  ['INVALID_ARG_VALUE', "Invalid value of field 'COMMENT'"],
  ['', "Mysql query error: (1406) Data too long for column 'COMMENT' at row 1"],
  ['0', "Mysql query error: (1366) Incorrect string value: '\\xF0' for column 'COMMENT' at row 1"],
])('%s "%s" of a comment is about its text', (code, description) => {
  expect(toError(refusal({ code, description }))).toMatchObject({
    name: 'BadRequestError',
    isAboutText: true,
  });
});
