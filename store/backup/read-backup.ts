import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { BackupError } from './backup-error';
import { through } from './through';
import { firstLine, formatVersion, lastLine, lastLineBytes, readFrames, type Frame } from './file-form';

/** A file that was read to its end and is as it was written. */
export interface BackupFile {
  path: string;
  sizeBytes: number;
  sha256: string;
}

async function readPart(path: string, position: number, length: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, Math.max(0, position));
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await file.close();
  }
}

/** Reads all of it, before anything of it is used: throws where it is no backup, of a newer kind, cut short or changed. */
export async function checkBackup(path: string): Promise<BackupFile> {
  const sizeBytes = await stat(path).then(
    ({ size }) => size,
    () => {
      throw new BackupError(`${path} cannot be read.`);
    },
  );
  const version = /^contact-link backup (\d{1,6})\n/.exec(await readPart(path, 0, 40))?.[1];
  if (version === undefined) throw new BackupError(`${path} is no backup of Contact Link.`);
  if (Number(version) > formatVersion)
    throw new BackupError(
      `${path} was made by a newer version of Contact Link (format ${version}; this one reads ${formatVersion}).`,
    );
  const endsAt = sizeBytes - lastLineBytes;
  const hash = createHash('sha256');
  if (endsAt > 0)
    for await (const chunk of createReadStream(path, { end: endsAt - 1 })) hash.update(chunk as Buffer);
  const sha256 = hash.digest('hex');
  if ((await readPart(path, endsAt, lastLineBytes)) !== lastLine(sha256))
    throw new BackupError(
      `${path} is not as it was written: it was cut short or changed. Nothing was restored.`,
    );
  return { path, sizeBytes, sha256 };
}

/** The frames of a file that was checked. */
export async function* openBackup({ path, sizeBytes }: BackupFile): AsyncGenerator<Frame> {
  const start = firstLine(formatVersion).length;
  yield* readFrames(
    through(
      createReadStream(path, { start, end: sizeBytes - lastLineBytes - 1 }),
      createGunzip({ chunkSize: 1_000_000 }),
    ),
  );
}
