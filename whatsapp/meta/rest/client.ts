import { z } from 'zod';
import { ServerError } from '../../rest/errors';
import { askGraph, type MetaWay } from './graph';

const text = z.string().nullish().catch(null);
const numberShape = z.looseObject({
  display_phone_number: text,
  status: text,
  platform_type: text,
  is_on_biz_app: z.boolean().nullish().catch(null),
});

/** A number as Meta has it. */
export interface MetaNumber {
  displayPhone: string | null;
  /** Such as CONNECTED, PENDING, BANNED. */
  status: string | null;
  /** The phone's own app goes on beside the API; null: Meta does not say. */
  isOnPhone: boolean | null;
}

const tokenShape = z.looseObject({
  data: z.looseObject({
    is_valid: z.boolean().nullish().catch(null),
    expires_at: z.number().nullish().catch(null),
    scopes: z.array(z.string()).nullish().catch(null),
  }),
});

/** What Meta says of our token. */
export interface MetaToken {
  isValid: boolean;
  /** Null: never. */
  expiresAt: Date | null;
  scopes: string[];
}

export type SyncKind = 'smb_app_state_sync' | 'history';

const number = ({ phoneNumberId }: MetaWay): string => `/${encodeURIComponent(phoneNumberId)}`;

/** Asks Meta about one number. Throws `ServerError`. */
export function createMetaClient(way: MetaWay) {
  return {
    async fetchNumber(): Promise<MetaNumber> {
      const fields = 'display_phone_number,status,platform_type,is_on_biz_app';
      const found = await askGraph(numberShape, way, {
        ...{ method: 'GET', path: number(way), call: 'number', query: { fields } },
      });
      return {
        displayPhone: found.display_phone_number ?? null,
        status: found.status ?? null,
        isOnPhone: found.is_on_biz_app ?? null,
      };
    },
    /** Null: Meta does not tell this token about itself. */
    async findToken(): Promise<MetaToken | null> {
      try {
        const query = { input_token: way.accessToken };
        const { data } = await askGraph(tokenShape, way, {
          ...{ method: 'GET', path: '/debug_token', call: 'token', query },
        });
        const { is_valid: isValid, expires_at: expiresAt, scopes } = data;
        return {
          isValid: isValid ?? true,
          expiresAt: expiresAt ? new Date(expiresAt * 1_000) : null,
          scopes: scopes ?? [],
        };
      } catch (error) {
        if (error instanceof ServerError) return null;
        throw error;
      }
    },
    /** Asks for the phone's address book, or for its history: Meta gives each once. */
    async askSync(kind: SyncKind): Promise<void> {
      await askGraph(z.looseObject({}), way, {
        ...{ method: 'POST', path: `${number(way)}/smb_app_data`, call: `sync/${kind}` },
        body: { messaging_product: 'whatsapp', sync_type: kind },
      });
    },
  };
}
