import type { Model } from 'mongoose';
import type { AccountDoc } from '../accounts';
import type { PortalDoc } from '../portals/portal-schema';
import type { PrivacyKeyDoc } from '../privacy/kept-away';
import { changeOne, listAll } from '../queries';
import type { ReceiverDoc } from '../webhooks/receivers';
import {
  evolutionKeyRecord,
  hmacKeyRecord,
  metaTokenRecord,
  portalRecord,
  privacyKeyRecord,
  receiverRecord,
  wahaKeyRecord,
} from './records';

/** The collections with secrets in them. */
export interface Sealed {
  portals: Model<PortalDoc>;
  accounts: Model<AccountDoc>;
  receivers: Model<ReceiverDoc>;
  privacyKeys: Model<PrivacyKeyDoc>;
}

/** One secret with the way to write it back: compare-and-set on the text that was read, so that a newer one stays. */
interface Place {
  sealed: string;
  record: string;
  write: (renewed: string) => Promise<boolean>;
  /** Gives up what no key opens. */
  forget: () => Promise<unknown>;
}

const portalPlaces = (model: Model<PortalDoc>, docs: readonly PortalDoc[]): Place[] =>
  docs.flatMap(({ _id, host, sealedWebhookUrl: sealed }) => {
    if (sealed === null) return [];
    const write = (renewed: string) =>
      changeOne(model, { _id, sealedWebhookUrl: sealed }, { $set: { sealedWebhookUrl: renewed } });
    const forget = () =>
      changeOne(model, { _id, sealedWebhookUrl: sealed }, { $set: { sealedWebhookUrl: null } });
    return [{ sealed, record: portalRecord(host), write, forget }];
  });

/** The way to a field of an account, such as `waha.sealedApiKey`. */
const accountPlace =
  (model: Model<AccountDoc>, accountId: string) =>
  (field: string, sealed: string, record: string): Place => ({
    sealed,
    record,
    write: (renewed) => changeOne(model, { _id: accountId, [field]: sealed }, { $set: { [field]: renewed } }),
    forget: () =>
      field.startsWith('formerKeys')
        ? changeOne(model, { _id: accountId }, { $pull: { formerKeys: { sealed } } })
        : changeOne(model, { _id: accountId, [field]: sealed }, { $set: { [field]: null } }),
  });

const accountPlaces = (model: Model<AccountDoc>, docs: readonly AccountDoc[]): Place[] =>
  docs.flatMap(({ _id, sealedHmacKey, formerKeys = [], waha, meta, evolution }) => {
    const at = accountPlace(model, _id);
    const ofHmac = hmacKeyRecord(_id);
    const apiKey = waha?.sealedApiKey ?? null;
    const evolutionKey = evolution?.sealedApiKey ?? null;
    const metaToken = meta?.sealedAccessToken ?? null;
    return [
      ...(sealedHmacKey === null ? [] : [at('sealedHmacKey', sealedHmacKey, ofHmac)]),
      ...formerKeys.map(({ sealed }, index) => at(`formerKeys.${index}.sealed`, sealed, ofHmac)),
      ...(apiKey === null ? [] : [at('waha.sealedApiKey', apiKey, wahaKeyRecord(_id))]),
      ...(evolutionKey === null ? [] : [at('evolution.sealedApiKey', evolutionKey, evolutionKeyRecord(_id))]),
      ...(metaToken === null ? [] : [at('meta.sealedAccessToken', metaToken, metaTokenRecord(_id))]),
    ];
  });

const receiverPlaces = (model: Model<ReceiverDoc>, docs: readonly ReceiverDoc[]): Place[] =>
  docs.flatMap(({ _id, sealedUrl, sealedSecret }) => [
    {
      sealed: sealedUrl,
      record: receiverRecord(_id, 'url'),
      write: (renewed) => changeOne(model, { _id, sealedUrl }, { $set: { sealedUrl: renewed } }),
      forget: () => model.deleteOne({ _id }),
    },
    {
      sealed: sealedSecret,
      record: receiverRecord(_id, 'secret'),
      write: (renewed) => changeOne(model, { _id, sealedSecret }, { $set: { sealedSecret: renewed } }),
      forget: () => model.deleteOne({ _id }),
    },
  ]);

const privacyKeyPlaces = (model: Model<PrivacyKeyDoc>, docs: readonly PrivacyKeyDoc[]): Place[] =>
  docs.map(({ _id, sealedKey: sealed }) => ({
    sealed,
    record: privacyKeyRecord(_id),
    write: (renewed) => changeOne(model, { _id, sealedKey: sealed }, { $set: { sealedKey: renewed } }),
    forget: () => model.deleteOne({ _id }),
  }));

/** All secrets that are stored: a few for each portal and source. */
export const listPlaces = async ({ portals, accounts, receivers, privacyKeys }: Sealed): Promise<Place[]> => [
  ...portalPlaces(portals, await listAll(portals, {})),
  ...accountPlaces(accounts, await listAll(accounts, {})),
  ...receiverPlaces(receivers, await listAll(receivers, {})),
  ...privacyKeyPlaces(privacyKeys, await listAll(privacyKeys, {})),
];
