import { openChangeLog, noChangeLog, readChanges, type ChangeLog } from './change-log';
import { ContactIndex } from './contact-index';
import { createDiskFiles, createMemoryFiles, type FileStore } from './file-store';
import type { Change, Contact, LastIds, TimelineComment } from './records';

/** Everything the portal knows, in memory with indexes; every change passes through `commit`. */
export class PortalData {
  readonly contacts = new Map<number, Contact>();
  readonly comments = new Map<number, TimelineComment>();
  readonly index = new ContactIndex();
  private readonly commentsByContact = new Map<number, Set<number>>();
  private readonly lastIds: LastIds = { contact: 0, comment: 0, multifield: 0, file: 0 };

  private constructor(
    private readonly log: ChangeLog,
    readonly files: FileStore,
  ) {}

  /** Reads what an earlier run left in `dataDir` and compacts it; `null` keeps everything in memory. */
  static open(dataDir: string | null): PortalData {
    if (dataDir === null) return new PortalData(noChangeLog, createMemoryFiles());
    const earlier = new PortalData(noChangeLog, createMemoryFiles());
    for (const change of readChanges(dataDir)) earlier.apply(change);
    const snapshot = earlier.toSnapshot();
    const data = new PortalData(openChangeLog(dataDir, snapshot), createDiskFiles(dataDir));
    for (const change of snapshot) data.apply(change);
    return data;
  }

  /** Appends the changes to the log, then shows them. What a caller is told after this outlives a SIGKILL. */
  commit(changes: readonly Change[]): void {
    this.log.append(changes);
    for (const change of changes) this.apply(change);
  }

  nextId(kind: keyof LastIds): number {
    this.lastIds[kind] += 1;
    return this.lastIds[kind];
  }

  /** The comments on a contact's page, oldest first. */
  commentsOf(contactId: number): TimelineComment[] {
    const ids = [...(this.commentsByContact.get(contactId) ?? [])].sort((a, b) => a - b);
    return ids.map((id) => this.comments.get(id)).filter((comment) => comment !== undefined);
  }

  /** The name of a file of some comment; a page has few of them. */
  findFileName(fileId: number): string | undefined {
    for (const { files } of this.comments.values()) {
      const file = files.find(({ id }) => id === fileId);
      if (file) return file.name;
    }
    return undefined;
  }

  countComments(contactId: number): number {
    return this.commentsByContact.get(contactId)?.size ?? 0;
  }

  close(): void {
    this.log.close();
  }

  private apply(change: Change): void {
    switch (change.kind) {
      case 'contact':
        this.putContact(change.contact);
        break;
      case 'contactGone':
        this.dropContact(change.id);
        break;
      case 'comment':
        this.putComment(change.comment);
        break;
      case 'commentGone':
        this.dropComment(change.id);
        break;
      case 'lastIds':
        Object.assign(this.lastIds, change.lastIds);
        break;
    }
  }

  private putContact(contact: Contact): void {
    const before = this.contacts.get(contact.id);
    if (before !== undefined) this.index.remove(before);
    this.contacts.set(contact.id, contact);
    this.index.add(contact);
    this.lastIds.contact = Math.max(this.lastIds.contact, contact.id);
    for (const { id } of contact.fm) this.lastIds.multifield = Math.max(this.lastIds.multifield, id);
  }

  private dropContact(id: number): void {
    const contact = this.contacts.get(id);
    if (contact === undefined) return;
    this.index.remove(contact);
    this.contacts.delete(id);
  }

  private putComment(comment: TimelineComment): void {
    this.dropComment(comment.id);
    this.comments.set(comment.id, comment);
    this.lastIds.comment = Math.max(this.lastIds.comment, comment.id);
    for (const { id } of comment.files) this.lastIds.file = Math.max(this.lastIds.file, id);
    for (const contactId of comment.contactIds) {
      const ids = this.commentsByContact.get(contactId);
      if (ids === undefined) this.commentsByContact.set(contactId, new Set([comment.id]));
      else ids.add(comment.id);
    }
  }

  private dropComment(id: number): void {
    for (const contactId of this.comments.get(id)?.contactIds ?? []) {
      this.commentsByContact.get(contactId)?.delete(id);
    }
    this.comments.delete(id);
  }

  private toSnapshot(): Change[] {
    return [
      { kind: 'lastIds', lastIds: this.lastIds },
      ...[...this.contacts.values()].map((contact): Change => ({ kind: 'contact', contact })),
      ...[...this.comments.values()].map((comment): Change => ({ kind: 'comment', comment })),
    ];
  }
}
