/** Ids of our own documents: ObjectIds as hex strings. They carry nothing personal and may go to Temporal, logs and metrics. */
export type PortalId = string;
export type LinkId = string;
export type ChatId = string;
export type MessageId = string;

/**
 * An item is what can be told once on a contact's page: one version of one message, `<messageId>/<version>`. A text too
 * long for one comment is told in parts; the second and later ones are items `<messageId>/<version>/<part>`.
 */
export type ItemId = `${MessageId}/${string}`;

/** A target owns outbox rows and entries: a link for direct chats, a group's chat for groups. */
export type Target = `link/${LinkId}` | `group/${ChatId}`;

/** `part` counts from 1. */
export const toItemId = (messageId: MessageId, version: number, part: number): ItemId =>
  part === 1 ? `${messageId}/${version}` : `${messageId}/${version}/${part}`;
/** What was refused and is said again: items are unique over all entries, and the first two parts still name message and version. */
export const toRepeated = (item: ItemId): ItemId => `${item}/again`;

/**
 * A file is an item of its own, once for each thing that becomes of it: stored, lost, refused by the portal, had after all.
 * `outcome` counts them from 1.
 */
export const toFileItemId = (messageId: MessageId, version: number, outcome: number): ItemId =>
  `${messageId}/${version}/file${outcome === 1 ? '' : `/${outcome}`}`;
export const isFileItem = (item: ItemId): boolean => /^[^/]+\/\d+\/file(\/|$)/.test(item);
/** `<messageId>/<version>` of an item. */
export const toVersionId = (item: ItemId): string => item.split('/', 2).join('/');
export const toLinkTarget = (linkId: LinkId): Target => `link/${linkId}`;
export const toGroupTarget = (chatId: ChatId): Target => `group/${chatId}`;

/** The link that a target is, or null for a group's. */
export const linkIdOf = (target: Target): LinkId | null =>
  target.startsWith('link/') ? target.slice('link/'.length) : null;

/** The group's chat that a target is, or null for a link. */
export const groupIdOf = (target: Target): ChatId | null =>
  target.startsWith('group/') ? target.slice('group/'.length) : null;

/** `contact-link/<linkId>`: the one workflow of a link. */
export const toLinkWorkflowId = (linkId: LinkId): string => `contact-link/${linkId}`;
/** `portal-watch/<portalId>`: the one workflow of a portal. */
export const toWatchWorkflowId = (portalId: PortalId): string => `portal-watch/${portalId}`;
/** `history-import/<importId>`: the one workflow of an import. */
export const toImportWorkflowId = (importId: string): string => `history-import/${importId}`;
/** `forget-person/<operationId>`: the one workflow of a forgetting. */
export const toForgettingWorkflowId = (operationId: string): string => `forget-person/${operationId}`;
