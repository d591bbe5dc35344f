/** What keeps a backup or a restore from being done, in words for the person who asked for it. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}

/** The store is only half there. */
export class RestoringError extends Error {
  override readonly name = 'RestoringError';
  constructor() {
    super(
      'The database is being restored, or a restore of it was broken off: nothing runs before npm run restore has come to its end (docs/backup.md).',
    );
  }
}
