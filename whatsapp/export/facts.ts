import type { FileFacts } from '../../domain/export/chat-file';
import type { ExportedFile } from './archive';
import { decode } from './decode';
import { ExportRefusedError } from './refused';
import type { Stamp } from './stamp';
import { surveyChat, UnknownFormError } from './survey';

/** `WhatsApp Chat with Jane.txt`, `WhatsApp Chat - Jane.txt`, `Jane ile WhatsApp Sohbeti.txt` … */
const titleShapes = [
  /whatsapp.*? (?:with|mit|con|com|avec|med|met|z|с контактом|с|di|-) (.{1,120})\.txt$/i,
  /^(.{1,120}) ile whatsapp sohbeti\.txt$/i,
  /^[與与](.{1,120})的 ?whatsapp.*\.txt$/i,
];
const findTitle = (fileName: string): string | null =>
  titleShapes.map((shape) => shape.exec(fileName)?.[1]).find((title) => title !== undefined) ?? null;

const mostPieces = 500_000;

const toExample = ({ date, form }: Stamp): string => date.join(form.split('|')[1] ?? '/');

/** What a file tells of itself: all of it is read once. Throws `ExportRefusedError` for what is no chat. */
export async function readFacts(file: ExportedFile, now: Date): Promise<FileFacts> {
  const survey = await surveyChat(decode(file.readText()), now, file.names).catch((error: unknown) => {
    throw error instanceof UnknownFormError ? new ExportRefusedError('export_form_unknown') : error;
  });
  const { pieces, authors, written, named, dayOrders, ends } = survey;
  if (!ends || authors.length === 0) throw new ExportRefusedError('export_no_chat');
  if (dayOrders.length === 0) throw new ExportRefusedError('export_form_unknown');
  if (pieces > mostPieces) throw new ExportRefusedError('export_too_large');
  const title = findTitle(file.chatName ?? '') ?? survey.title;
  return {
    pieces,
    authors,
    written,
    named,
    dayOrders,
    title,
    example: toExample(ends.first),
    files: file.names.size,
  };
}
