import { z } from 'zod';

/** The product that runs: where, and the token to ask it with. */
export interface Api {
  url: string;
  token: string;
}

const questionSchema = z.object({
  asks: z.array(z.string()),
  timeZone: z.string(),
  example: z.string(),
  dayOrders: z.array(z.string()),
  authors: z.array(z.object({ name: z.string(), messages: z.number() })),
  suggested: z.object({
    me: z.string().nullable(),
    phone: z.string().nullable(),
    groupChatId: z.string().nullable(),
  }),
  groups: z.array(z.object({ chatId: z.string(), title: z.string(), agreeing: z.number() })),
  participants: z.number(),
});
export type Question = z.output<typeof questionSchema>;

const importSchema = z.object({
  ...{ id: z.string(), state: z.string(), done: z.number(), total: z.number() },
  ...{ messagesRead: z.number(), messagesFound: z.number(), reason: z.string().nullable() },
  question: questionSchema.nullable(),
});
export type Import = z.output<typeof importSchema>;

const problemSchema = z.object({ code: z.string(), title: z.string(), detail: z.string().optional() });

/** Nothing answers, or a proxy does in our place: a moment later it may. */
export class ApiAwayError extends Error {
  override readonly name = 'ApiAwayError';
}

async function readBody(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiAwayError(`What answers is not Contact Link: ${answer.status}.`, { cause });
  }
}

/** Throws an `ApiAwayError`, or an error with the problem in words. */
export async function askApi({ url, token }: Api, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  const answer = await fetch(`${url}/api/v1${path}`, { ...init, headers }).catch((cause: unknown) => {
    throw new ApiAwayError(`Contact Link does not answer at ${url}: is it started (npm start)?`, { cause });
  });
  const body = await readBody(answer);
  if (answer.ok) return body;
  const { code, title, detail } = problemSchema.parse(body);
  throw new Error(`${title} (${code}). ${detail ?? ''}`.trim());
}

export const askImport = async (api: Api, path: string, init?: RequestInit): Promise<Import> =>
  importSchema.parse(await askApi(api, path, init));
