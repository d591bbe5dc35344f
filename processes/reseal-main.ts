import { openStore } from '../store/store';
import { runProcess } from './run-process';
import { WrongKeyError } from './wrong-key';

/**
 * `npm run reseal`: seals every stored credential with ENCRYPTION_KEY, the last step of the change to another key. With `--key-lost` what no key
 * opens any more is given up: portals and sources are then to be connected again.
 */
runProcess('reseal', async ({ config }) => {
  const { mongodbUri: uri, encryptionKey, formerKeys } = config;
  const isKeyLost = process.argv.includes('--key-lost');
  const store = await openStore({ uri, encryptionKey, formerKeys });
  if (!isKeyLost && !(await store.isKeyRight())) throw new WrongKeyError();
  const { resealed, lost } = await store.reseal({ forgetLost: isKeyLost });
  await store.close();
  process.stdout.write(`${resealed} sealed anew, ${lost} ${isKeyLost ? 'given up' : 'not readable'}\n`);
});
