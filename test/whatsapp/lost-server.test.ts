import { findAddressAlias, findPhoneAlias } from '../../whatsapp/ingest/aliases';
import { readChatAddress } from '../../whatsapp/people';

/** A LID whose server was lost: no country has such numbers. */
const lost = ['192233344455566', '235081112223334', '142901112223334'];
/** Ids older than a renumbering, and those that libphonenumber holds for invalid. */
const old = ['22559112233', '23777012345', '5215512345678', '558591203123', '541123456789'];

test.each(lost)('the digits %s are no phone in an address, an identity or a chat', (digits) => {
  expect(findPhoneAlias(`+${digits}`)).toBeNull();
  expect(findAddressAlias(`+${digits}`, 'account/1')).toBeNull();
  expect(findAddressAlias(`${digits}@c.us`, 'account/1')).toBeNull();
  expect(() => readChatAddress(`${digits}@s.whatsapp.net`)).toThrow('unreadable');
});

test.each(old)('the old id %s stays a phone', (digits) => {
  const alias = { kind: 'phone', key: `phone:+${digits}` };
  expect(findPhoneAlias(`+${digits}`)).toEqual(alias);
  expect(readChatAddress(`${digits}@c.us`)).toEqual({ kind: 'person', alias });
});
