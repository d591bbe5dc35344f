import type { Question } from './ask-api';

/** What is said to a question, as `POST /imports/{id}/answer` takes it. */
export type Answer = Record<string, string>;

const listSpeakers = ({ authors }: Question): string => authors.map(({ name }) => `“${name}”`).join(', ');
const groupsNamed = 5;

function listGroups({ groups, participants }: Question): string {
  const likely = groups.filter(({ agreeing }) => agreeing > 0).slice(0, groupsNamed);
  return likely
    .map(
      ({ chatId, title, agreeing }) =>
        `“${title}” ${chatId} (${agreeing} of ${participants} people are in it)`,
    )
    .join('; ');
}

/** Each question in words, with the option that answers it. */
const questions: Record<string, { option: string; toWords: (question: Question) => string }> = {
  dayOrder: {
    option: '--day-order',
    toWords: ({ dayOrders, example }) => `how is ${example} written: ${dayOrders.join(', ')}?`,
  },
  me: {
    option: '--me',
    toWords: (question) => `who are we: ${listSpeakers(question)}? A dash: none of them`,
  },
  phone: { option: '--phone', toWords: () => 'which number has the contact?' },
  group: {
    option: '--group',
    toWords: (question) =>
      `which group is it? Its id or name; a new name makes a new one. ${listGroups(question)}`,
  },
};

function suggestionOf(question: Question, asked: string): string | null {
  const { me, phone, groupChatId } = question.suggested;
  return { me, phone, group: groupChatId, dayOrder: question.dayOrders[0] ?? null }[asked] ?? null;
}

function toWords(question: Question, asked: string): string {
  const suggested = suggestionOf(question, asked);
  const words = questions[asked]?.toWords(question).trim() ?? asked;
  return suggested === null ? words : `${words} [it seems: ${suggested}]`;
}

/** What to run again with, where nobody can be asked. */
export const listMissing = (question: Question): string[] =>
  question.asks.map((asked) => `  ${questions[asked]?.option ?? asked}: ${toWords(question, asked)}`);

/** A group by its id, or by its name where one alone has it; any other name is of a new group. Throws where several have it. */
export function toGroupAnswer({ groups }: Question, said: string): Answer {
  if (groups.some(({ chatId }) => chatId === said)) return { groupChatId: said };
  const called = groups.filter(({ title }) => title.trim().toLowerCase() === said.trim().toLowerCase());
  const [only, ...more] = called;
  if (only && more.length === 0) return { groupChatId: only.chatId };
  if (!only) return { groupTitle: said };
  throw new Error(
    `Several groups are called so; say which by its id: ${called.map((one) => one.chatId).join(', ')}`,
  );
}

/** Asks a person at a terminal; an empty line takes what it seems to be. */
export async function askPerson(
  question: Question,
  ask: (prompt: string) => Promise<string>,
): Promise<Answer> {
  const answer: Answer = {};
  for (const asked of question.asks) {
    const said = (await ask(`${toWords(question, asked)}\n> `)).trim() || suggestionOf(question, asked);
    if (asked === 'group') Object.assign(answer, toGroupAnswer(question, said ?? ''));
    else answer[asked] = said === '-' ? '' : (said ?? '');
  }
  return answer;
}
