/** The parts of an id. A bare stanza id knows neither chat nor direction. */
export interface ParsedMessageId {
  stanzaId: string;
  fromMe: boolean | null;
  chatJid: string | null;
  participantJid: string | null;
}

/** `{true|false}_{chat}_{stanza}[_{participant}]`; a chat with itself ends in `_out` or `_in` instead. */
const serialised = /^(true|false)_([^@\s]+@[a-z.]+)_([^\s_@]{1,128})(?:_(\S+))?$/i;
const bare = /^[!-?A-~]{1,128}$/;

/**
 * Reads an id as WhatsApp Web, WAHA and wa-js write it, or the bare stanza id that the sender's client chose. The chat and
 * participant in it may be a LID today and a phone tomorrow, so that only the stanza id goes into a key.
 */
export function parseMessageId(id: string): ParsedMessageId | null {
  const [, direction, chatJid = '', stanzaId = '', participantJid] = serialised.exec(id) ?? [];
  if (direction) {
    return {
      stanzaId,
      fromMe: direction.toLowerCase() === 'true',
      chatJid,
      participantJid: participantJid?.includes('@') ? participantJid : null,
    };
  }
  if (/^(?:true|false)_/i.test(id) || !bare.test(id)) return null;
  return { stanzaId: id, fromMe: null, chatJid: null, participantJid: null };
}
