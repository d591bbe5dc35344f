import { readText } from './engine-data';

/** Where WhatsApp's own message keeps what was said, for the times when WAHA gives no body. */
const textPaths = [
  ['text'],
  ['caption'],
  ['selectedDisplayText'],
  ['singleSelectReply', 'selectedRowId'],
  ['contentText'],
  ['description'],
  ['body', 'text'],
  ['hydratedTemplate', 'hydratedContentText'],
  ['hydratedFourRowTemplate', 'hydratedContentText'],
  ['interactiveMessageTemplate', 'body', 'text'],
];
const titlePaths = [['title'], ['header', 'title'], ['hydratedTemplate', 'hydratedTitleText']];
const footerPaths = [['footer', 'text'], ['footerText'], ['hydratedTemplate', 'hydratedFooterText']];

const firstOf = (content: unknown, paths: string[][]): string | null =>
  paths.map((path) => readText(content, ...path)).find((text) => text?.trim()) ?? null;

const withMarks = new Set(['interactiveMessage', 'templateMessage', 'buttonsMessage', 'listMessage']);

/** What was said, in the words of WhatsApp's own message; null where nothing was. */
export function readSpoken(key: string, content: unknown): string | null {
  if (typeof content === 'string') return content || null;
  if (key === 'listResponseMessage') return firstOf(content, [...titlePaths, ...textPaths]);
  const text = firstOf(content, textPaths);
  if (!withMarks.has(key)) return text;
  return (
    [firstOf(content, titlePaths), text, firstOf(content, footerPaths)].filter(Boolean).join('\n') || null
  );
}
