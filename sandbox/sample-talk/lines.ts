/** An invented person who is in the sandbox portal, too. */
interface Person {
  digits: string;
  name: string;
}

/** One message of the conversation that a source which somebody connects by hand brings. */
export interface Line {
  person: Person;
  /** `<` they write, `>` we do. */
  by: '<' | '>';
  text: string;
  /** Sent as a picture with the text below it. */
  isPicture?: true;
}

const klara: Person = { digits: '491701234567', name: 'Klara W.' };
const liwei: Person = { digits: '8613912345671', name: '立伟' };

/** What is said, one after the other and again from the start. */
export const lines: readonly [Line, ...Line[]] = [
  { person: klara, by: '<', text: 'One question about the delivery of order 4471.' },
  { person: klara, by: '>', text: 'Of course. What would you like to know?' },
  { person: liwei, by: '<', text: '您好，样品什么时候寄出？' },
  { person: klara, by: '<', text: 'Can it come a day later?' },
  { person: klara, by: '>', text: 'Yes, on Friday then.' },
  { person: liwei, by: '>', text: '明天寄出，单号随后发您。' },
  { person: klara, by: '<', text: 'This is where it should stand', isPicture: true },
  { person: klara, by: '>', text: 'Thank you, the driver has it.' },
];

export const lineAt = (count: number): Line => lines[count % lines.length] ?? lines[0];
