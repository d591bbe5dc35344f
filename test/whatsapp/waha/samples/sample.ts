/** One documented payload of an engine, and its line on the page after the clock; null: it is nothing. */
export interface Sample {
  name: string;
  event: string;
  payload: Record<string, unknown>;
  line: string | null;
}

export const klaus = '491701234567';
export const ana = '5541998773200';
export const groupJid = '120363321708924123@g.us';
export const own = { id: '4930111222@c.us', lid: '99887766554433@lid', pushName: 'Sales' };

/** The samples of an engine begin at this time, each a second after the one before, so that they stand on the page in their order. */
export const beginsAt = 1_727_000_000;

export const vCard = [
  'BEGIN:VCARD',
  'VERSION:3.0',
  'N:Souza;Ana;;;',
  'FN:Ana Souza',
  'item1.TEL;waid=5541998773200:+55 41 99877-3200',
  'END:VCARD',
].join('\n');

/** A picture in small, as it stands in `body` of whatsapp-web.js. */
export const thumbnail = '/9j/4AAQSkZJRgABAQAAAQABAAD';
const map = (at: string): string => {
  const [latitude = '', longitude = ''] = at.split(',');
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;
};
export const officeOnMap = map('52.52,13.405');
export const eventAt = { startSeconds: 1_795_600_800, line: '2026-11-25 10:00' };
