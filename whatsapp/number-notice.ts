import { phoneOf, type NumberChange } from '../domain/identity';

/** WhatsApp's notice in words. */
export const toNoticeText = ({ from, to }: NumberChange): string =>
  `The number changed from ${phoneOf([from])} to ${phoneOf(to)}.`;
