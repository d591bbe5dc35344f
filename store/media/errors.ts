/** The bytes are more than may be. */
export class FileTooLargeError extends Error {
  override readonly name = 'FileTooLargeError';
  constructor() {
    super('The file is larger than files may be');
  }
}

/** Its first bytes, or its source, say that it is of a type that is not taken. */
export class FileTypeError extends Error {
  override readonly name = 'FileTypeError';
  constructor() {
    super('The file is of a type that is not taken');
  }
}

/** Other bytes came than their hash says. */
export class HashMismatchError extends Error {
  override readonly name = 'HashMismatchError';
  constructor() {
    super('The file is not what its hash says');
  }
}

/** The same bytes are just being deleted: they can be stored again in a moment. */
export class ContentBusyError extends Error {
  override readonly name = 'ContentBusyError';
  constructor() {
    super('The same file is just being deleted');
  }
}
