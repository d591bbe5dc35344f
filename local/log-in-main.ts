import { loadConfig } from '../config';
import { askLogInLink, readApiAddress } from './log-in-link';

/** `npm run log-in`: prints a new link that logs the administrator in, once, to what `npm start` started. */
async function main(): Promise<void> {
  const config = loadConfig();
  const { adminToken, publicUrl } = config;
  const apiUrl = readApiAddress(config);
  const link = await askLogInLink(apiUrl, adminToken);
  console.log(publicUrl === null ? link : link.replace(apiUrl, publicUrl));
}

main().catch((error: unknown) => {
  const cause = error instanceof TypeError ? `It does not run: npm start (${error.message})` : error;
  console.error(cause instanceof Error ? cause.message : cause);
  process.exit(1);
});
