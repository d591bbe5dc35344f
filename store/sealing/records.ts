/** What each sealed secret is bound to. Once sealed, a name stays. */
export const portalRecord = (host: string): string => `portal/${host}`;
export const hmacKeyRecord = (accountId: string): string => `account/${accountId}/hmac-key`;
export const wahaKeyRecord = (accountId: string): string => `account/${accountId}/waha-key`;
export const metaTokenRecord = (accountId: string): string => `account/${accountId}/meta-token`;
export const evolutionKeyRecord = (accountId: string): string => `account/${accountId}/evolution-key`;
export const receiverRecord = (receiverId: string, field: 'url' | 'secret'): string =>
  `webhook/${receiverId}/${field}`;
export const privacyKeyRecord = (portalId: string): string => `privacy-key/${portalId}`;
export const answerRecord = (answerId: string): string => `answer/${answerId}`;
export const keyCheckRecord = 'key-check';
