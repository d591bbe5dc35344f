/**
 * Every `code` an answer of this API may carry, with its HTTP status and title. Clients rely on them: a code is never
 * renamed or given another meaning.
 */
export const problemCodes = {
  bad_request: [400, 'The request cannot be read'],
  malformed_json: [400, 'The body is not valid JSON'],
  bad_cursor: [400, 'The cursor is not one of ours'],
  missing_token: [401, 'A token is needed'],
  bad_token: [401, 'The token is not valid'],
  bad_signature: [401, 'The signature is missing or wrong'],
  wrong_token_kind: [403, 'This token is for other calls'],
  not_found: [404, 'There is no such thing'],
  media_not_supported: [404, 'Files are not taken yet'],
  account_exists: [409, 'This account exists'],
  account_mismatch: [409, 'The token belongs to another number'],
  change_under_way: [409, 'Another change of this link is under way'],
  link_exists: [409, 'The person is linked to another contact'],
  link_pending: [409, 'Another request for this person is pending'],
  link_unlinking: [409, 'The link is being ended'],
  link_unlinked: [409, 'The link was ended'],
  link_not_linked: [409, 'The link is not linked'],
  no_portal: [409, 'No Bitrix24 portal is connected'],
  no_token_for_kind: [409, 'This kind of account has no token'],
  review_answered: [409, 'The review is answered'],
  review_of_people: [409, 'The review is about two people, not about a contact'],
  same_contact: [409, 'The link has this contact already'],
  body_too_large: [413, 'The body is too large'],
  unsupported_media_type: [415, 'The body is of a type that is not taken'],
  invalid_request: [422, 'A field is not valid'],
  bad_phone: [422, 'The phone cannot be read'],
  portal_required: [422, 'Several portals are connected'],
  unsupported_kind: [422, 'This kind of account is not supported yet'],
  too_many_requests: [429, 'Too many requests'],
  internal: [500, 'Something went wrong here'],
  portal_refused: [502, 'Bitrix24 refuses our requests'],
  portal_unavailable: [503, 'Bitrix24 cannot be asked now'],
  store_unavailable: [503, 'The database is away'],
  temporal_unavailable: [503, 'Temporal is away'],
  starting: [503, 'The API is starting'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof problemCodes;
