/** What is stored was sealed with another key: nothing may run, since it would take every credential for lost. */
export class WrongKeyError extends Error {
  override readonly name = 'WrongKeyError';
  constructor() {
    super(
      'ENCRYPTION_KEY is not the key that the credentials in this database were encrypted with: set that one, also as ENCRYPTION_KEY_PREVIOUS beside a new one (docs/security.md).',
    );
  }
}
