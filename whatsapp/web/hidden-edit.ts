import { findOuterContent, readPath, readText } from './engine-data';

const editTypes = new Set<unknown>([14, '14', 'MESSAGE_EDIT']);

const readId = (key: unknown): string | null => readText(key, 'id') ?? readText(key, 'ID');

/**
 * An edit that comes as a message: some clients' edits come in no other way. An encrypted one names its target only.
 * The target is null where the edit does not say it.
 */
export function findHiddenEdit(data: unknown): { targetId: string | null } | null {
  const { key, content } = findOuterContent(data) ?? {};
  if (key === 'secretEncryptedMessage') return { targetId: readId(readPath(content, 'targetMessageKey')) };
  const isEdit = key === 'protocolMessage' && editTypes.has(readPath(content, 'type'));
  return isEdit ? { targetId: readId(readPath(content, 'key')) } : null;
}
