/** One phone, e-mail or the like on a contact's card (`crm_multifield`). */
export interface Multifield {
  id: number;
  typeId: string;
  valueType: string;
  value: string;
}

/** A contact as kept: its card's fields by their REST names (`lastName`, `ufCrm…`) and its multifields. */
export interface Contact {
  id: number;
  fields: Record<string, unknown>;
  fm: Multifield[];
  createdAtMs: number;
  updatedAtMs: number;
}

/** A file of a comment; its bytes are kept apart. */
export interface StoredFile {
  id: number;
  name: string;
  sizeBytes: number;
}

/** A timeline comment and the contacts on whose pages it stands. */
export interface TimelineComment {
  id: number;
  contactIds: number[];
  authorId: number;
  createdAtMs: number;
  text: string;
  files: StoredFile[];
}

/** The highest ids ever given: an id is never given twice, also after a deletion. */
export interface LastIds {
  contact: number;
  comment: number;
  multifield: number;
  file: number;
}

/** One line of the change log. Records are whole, so replaying a line twice changes nothing. */
export type Change =
  | { kind: 'contact'; contact: Contact }
  | { kind: 'contactGone'; id: number }
  | { kind: 'comment'; comment: TimelineComment }
  | { kind: 'commentGone'; id: number }
  | { kind: 'lastIds'; lastIds: LastIds };
