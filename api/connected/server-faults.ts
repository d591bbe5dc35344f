import { ServerError, ServerKeyError } from '../../whatsapp/rest/errors';
import { badField } from '../http/problem';

/** A fault of the server is a point of the check that follows, and no failure of the request. */
export async function leaveToCheck(work: Promise<void>): Promise<void> {
  await wasTold(() => work);
}

/** False: the server could not be told. */
export async function wasTold(tell: () => Promise<unknown>): Promise<boolean> {
  try {
    await tell();
    return true;
  } catch (error) {
    if (error instanceof ServerError) return false;
    throw error;
  }
}

/** A key that the server refuses does not take the place of one that works; a server that is away is believed. */
export async function tryKey(
  ask: () => Promise<unknown>,
  { field, server }: { field: string; server: string },
): Promise<void> {
  await wasTold(async () => {
    try {
      await ask();
    } catch (error) {
      if (error instanceof ServerKeyError)
        throw badField(`settings.${field}`, `is not accepted by ${server}`);
      throw error;
    }
  });
}
