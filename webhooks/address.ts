import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Where webhooks may go: anywhere on the internet by https, and to hosts of one's own network that are named. */
export interface AddressRule {
  /** Why an address may not get webhooks; null: it may. */
  refuse(url: URL): string | null;
  /** Finds the addresses of a host. It gives none that lies in a private network, unless the host is named. */
  lookup: LookupFunction;
}

export const notAllowed = 'ADDRESS_NOT_ALLOWED';

/** An address of the internet: not of this machine, a private network, a provider's inner one, or a cloud's own service. */
const isPublic = (address: string): boolean => ipaddr.process(address).range() === 'unicast';

/** `[::1]` is how an address of IPv6 stands in a URL. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();

/** The name is looked up when it is connected to, and the addresses found then are checked: a name that changes its meaning gains nothing. */
export function createAddressRule(privateHosts: readonly string[]): AddressRule {
  const named = new Set(privateHosts.map((host) => host.toLowerCase()));
  return {
    refuse(url) {
      const host = hostOf(url);
      if (named.has(host)) return null;
      if (url.protocol !== 'https:')
        return 'begins with https://, unless WEBHOOK_PRIVATE_HOSTS names its host';
      const isInside =
        isIP(host) !== 0 ? !isPublic(host) : host === 'localhost' || host.endsWith('.localhost');
      return isInside ? 'lies in a private network, and WEBHOOK_PRIVATE_HOSTS does not name it' : null;
    },
    lookup(hostname, options, callback) {
      lookup(hostname, { ...options, all: true }, (error, found) => {
        if (error) return callback(error, []);
        const open = named.has(hostname.toLowerCase())
          ? found
          : found.filter(({ address }) => isPublic(address));
        const [first] = open;
        if (!first) callback(Object.assign(new Error('A private address.'), { code: notAllowed }), []);
        else if (options.all) callback(null, open);
        else callback(null, first.address, first.family);
      });
    },
  };
}
