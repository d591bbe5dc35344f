import { toDigests } from '../../domain/digest';
import type { IncomingMessage } from '../../domain/message';
import { context, item } from './digest-items';

/** What is said on the page, of every part of a message. */
export function linesSaid(message: IncomingMessage): string[] {
  const { event, kind, text, fileName, quotedText, forwarded, details, media, fromMe } = message;
  const said = { event, kind, text, fileName, quotedText, forwarded, details, media, fromMe };
  return toDigests([item(said)], context()).map(({ text: told }) => told.split('\n').slice(1, -1).join('\n'));
}

interface Page {
  comments(contactId: number): readonly { text: string }[];
}

/** The lines on a contact's page, each with what goes on below it, without their clocks and what is said of files that are still to come. */
export function linesOnPage(page: Page, contactId: number): string[] {
  const whole: string[] = [];
  for (const line of page.comments(contactId).flatMap(({ text }) => text.split('\n').slice(1, -1))) {
    if (line.startsWith('│ ')) whole.push(`${whole.pop()}\n${line}`);
    else whole.push(line.replace(/^([←→]) \[[^\]]*\]/u, '$1').replace(/ \(file follows\)$/, ''));
  }
  return whole;
}
