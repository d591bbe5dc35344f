import { z } from 'zod';
import { ServerKeyError, ServerMissingError, ServerStateError } from '../../rest/errors';
import type { EvolutionAsking } from './asking';

const text = z.string().nullish().catch(null);

const stateShape = z.looseObject({ instance: z.looseObject({ state: text }) });
const listShape = z.array(z.looseObject({ name: text, ownerJid: text, connectionStatus: text }));
const codeShape = z.looseObject({
  base64: text,
  instance: z.looseObject({ state: text }).nullish().catch(null),
});

/** An instance as the server tells of it. */
export interface EvolutionInstance {
  /** `open`, `connecting`, `close`, or a word that we do not know. */
  state: string;
  /** The address of who was scanned in; null before, and where our key may not ask for it. */
  ownerJid: string | null;
}

/** The life of an instance. */
export interface EvolutionInstances {
  /** The state alone; null: the server has no instance of this name. */
  findState(): Promise<string | null>;
  /** Null: the server has no instance of this name. */
  findInstance(): Promise<EvolutionInstance | null>;
  /** Makes the instance, which needs the server's own key. */
  createInstance(): Promise<void>;
  /** Begins to connect: what was scanned works soon, another one shows a code. */
  connectInstance(): Promise<void>;
  restartInstance(): Promise<void>;
  /** Takes this device off the phone's list; the instance stays. */
  logOutInstance(): Promise<void>;
  /** The code to scan as a PNG, new every 20 s or so. `ServerStateError` while there is none. */
  fetchQr(): Promise<Buffer>;
}

/** A code is waited for by the server itself. */
const connectTimeoutMs = 30_000;
const maxQrBytes = 1024 * 1024;
const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

/** The image of a `data:` address; null where it is none. */
function toPng(base64: string | null | undefined): Buffer | null {
  const image = Buffer.from((base64 ?? '').replace(/^data:image\/png;base64,/, ''), 'base64');
  return image.subarray(0, 4).equals(pngSignature) ? image : null;
}

export function createInstances(
  { instance, words, askJson, askIfThere, askBytes }: EvolutionAsking,
  name: string,
): EvolutionInstances {
  const connect = () =>
    askJson(codeShape, {
      ...{ method: 'GET', path: `/instance/connect/${instance}`, call: 'instance/connect' },
      ...{ maxBytes: maxQrBytes, timeoutMs: connectTimeoutMs },
    });
  /** An instance's own key may not be allowed to list: the state is known all the same. */
  async function findOwner(): Promise<string | null> {
    try {
      const query = { instanceName: name };
      const path = '/instance/fetchInstances';
      const found = await askJson(listShape, { method: 'GET', path, call: 'instance/fetchInstances', query });
      return found.find((one) => one.name === name)?.ownerJid ?? null;
    } catch (error) {
      if (error instanceof ServerKeyError || error instanceof ServerMissingError) return null;
      throw error;
    }
  }
  async function findState(): Promise<string | null> {
    const path = `/instance/connectionState/${instance}`;
    const found = await askIfThere(stateShape, { method: 'GET', path, call: 'instance/connectionState' });
    return found && (found.instance.state ?? 'close');
  }
  return {
    findState,
    async findInstance() {
      const state = await findState();
      return state === null ? null : { state, ownerJid: await findOwner() };
    },
    async createInstance() {
      const body = { instanceName: name, integration: 'WHATSAPP-BAILEYS', qrcode: false };
      await askBytes({ method: 'POST', path: '/instance/create', call: 'instance/create', body });
    },
    async connectInstance() {
      await connect();
    },
    async restartInstance() {
      const path = `/instance/restart/${instance}`;
      await askBytes({
        method: 'POST',
        path,
        call: 'instance/restart',
        body: {},
        timeoutMs: connectTimeoutMs,
      });
    },
    async logOutInstance() {
      await askBytes({ method: 'DELETE', path: `/instance/logout/${instance}`, call: 'instance/logout' });
    },
    async fetchQr() {
      const image = toPng((await connect()).base64);
      if (image) return image;
      throw new ServerStateError({ words, call: 'instance/connect' });
    },
  };
}
