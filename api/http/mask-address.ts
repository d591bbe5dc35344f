import { isIPv4, isIPv6 } from 'node:net';

/** The network of an address, which finds an attacker again and names no person: `203.0.113.x`, `2001:db8:12::x`. */
export function maskAddress(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (isIPv4(plain)) return plain.replace(/\.\d+$/, '.x');
  if (!isIPv6(plain)) return 'unknown';
  const [head = ''] = plain.split('::');
  const groups = head.split(':').filter(Boolean).slice(0, 3);
  return `${groups.join(':')}::x`;
}
