import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

interface Size {
  messages: number;
  files: number;
  fileBytes: number;
}

const two = (value: number): string => String(value).padStart(2, '0');
const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');

/** A chat of two people over some months, every so many lines with a picture. */
function writeChat({ messages, files }: Size): string {
  const lines = [];
  const every = Math.floor(messages / files);
  for (let index = 0; index < messages; index += 1) {
    const at = new Date(Date.UTC(2025, 0, 20) + index * 97_000);
    const day = `${two(at.getUTCDate())}.${two(at.getUTCMonth() + 1)}.${at.getUTCFullYear()}`;
    const stamp = `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} - `;
    const file =
      index % every === 0 && index / every < files ? `IMG-${index / every}.jpg (file attached)` : null;
    lines.push(`${stamp}${index % 3 === 0 ? 'Sales' : 'Jane'}: ${file ?? `line ${index} of a long talk`}\n`);
  }
  return lines.join('');
}

/** Writes an archive as a phone does: the text, and pictures that are all different. */
export async function writeArchive(path: string, size: Size): Promise<void> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(writeChat(size)), 'WhatsApp Chat with Jane.txt');
  for (let index = 0; index < size.files; index += 1)
    zip.addReadStreamLazy(`IMG-${index}.jpg`, { compress: false, size: size.fileBytes }, (done) => {
      const bytes = Buffer.concat([jpeg, randomBytes(size.fileBytes - jpeg.length)]);
      done(null, pictureOf(bytes));
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

const pictureOf = (bytes: Buffer): NodeJS.ReadableStream => Readable.from([bytes]);
