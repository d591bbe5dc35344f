/** One line of a conversation: `>` we say it, `<` they do. */
export type Line = `${'<' | '>'} ${string}`;

/** An invented person the account talks to, who is also in the sandbox portal. */
export interface Person {
  /** International, digits only: the number of the chat. */
  digits: string;
  /** Name on WhatsApp. */
  name: string;
  /** How a user types this number when linking; absent: nobody links this person by hand. */
  typedPhone?: string;
  /** Messages from before the account was connected. */
  history: readonly Line[];
  /** Messages from then on, again from the start when they end. */
  live: readonly Line[];
}

const klara: Person = {
  digits: '491701234567',
  name: 'Klara W.',
  typedPhone: '0049 170 1234567',
  history: [
    '< Hallo, ist das Angebot für die Fenster schon fertig?',
    '> Guten Tag Frau Weidenbach, ich schicke es Ihnen heute bis 16 Uhr.',
    '< Super, danke! Bitte auch die Variante mit Dreifachverglasung 🙂',
    '> Ist notiert. Beide Varianten sind drin.',
    '< Angekommen, sieht gut aus.',
    '< Eine Frage: Gilt der Preis auch noch im Januar?',
    '> Ja, wir halten ihn bis 31. Januar.',
    '< Perfekt, ich bespreche es am Wochenende mit meinem Mann.',
  ],
  live: [
    '< Guten Morgen! Wir nehmen die Dreifachverglasung.',
    '> Das freut mich! Wann passt Ihnen das Aufmaß?',
    '< Donnerstag ab 14 Uhr wäre ideal.',
    '> Donnerstag 14:30 Uhr ist eingetragen.',
    '< Muss ich vorher etwas vorbereiten?',
    '> Nur bitte die Fensterbänke freiräumen.',
    '< Alles klar 👍',
    '> Unser Monteur meldet sich eine Stunde vorher.',
  ],
};

const jonas: Person = {
  digits: '4915123456780',
  name: 'Jonas',
  history: [
    '< Moin, die Rechnung 2231 ist doppelt gekommen.',
    '> Moin! Danke, ich prüfe das sofort.',
    '> Stimmt, die zweite ist storniert.',
    '< Top, danke für die schnelle Antwort.',
    '> Gern. Die Stornobestätigung kommt per Mail.',
    '< Hab ich, passt.',
  ],
  live: [
    '< Kurze Frage: Liefert ihr auch samstags?',
    '> Ja, bis 12 Uhr.',
    '< Dann bitte die nächste Lieferung auf Samstag legen.',
    '> Erledigt, Samstag zwischen 9 und 11.',
    '< Danke!',
    '> Jederzeit.',
  ],
};

const alina: Person = {
  digits: '79123456712',
  name: 'Алина',
  typedPhone: '+7 912 345-67-12',
  history: [
    '< Здравствуйте! Подскажите, есть ли в наличии модель К-12?',
    '> Добрый день! Да, осталось три штуки.',
    '< Отложите, пожалуйста, одну до пятницы.',
    '> Отложил на ваше имя, до пятницы 18:00.',
    '< А доставка по городу сколько стоит?',
    '> Бесплатно при заказе от 5000.',
    '< Отлично, тогда оформляю 👌',
  ],
  live: [
    '< Оплатила, чек отправить сюда?',
    '> Спасибо, оплату вижу. Чек не нужен.',
    '< Когда ждать курьера?',
    '> Завтра с 10 до 13.',
    '< Можно после 12? Утром меня не будет.',
    '> Передал курьеру: после 12.',
    '< Спасибо большое!',
    '> Хорошего дня ☀️',
  ],
};

const beatriz: Person = {
  digits: '5541988773210',
  name: 'Bia Camargo',
  typedPhone: '0055 41 98877-3210',
  history: [
    '< Oi! Vocês ainda têm vaga na turma de terça?',
    '> Oi, Beatriz! Temos duas vagas.',
    '< Pode reservar uma pra mim?',
    '> Reservada! Mando o contrato por e-mail.',
    '< Recebi, já assinei.',
    '> Perfeito, bem-vinda!',
    '< Precisa levar notebook?',
    '> Precisa sim, e o carregador.',
    '< Combinado, até terça 😊',
  ],
  live: [
    '< Bom dia! A aula de hoje começa às 19h?',
    '> Bom dia! Isso, 19h na sala 4.',
    '< Vou chegar uns 10 minutos atrasada.',
    '> Sem problema, aviso a professora.',
    '< Obrigada!! Tem onde estacionar?',
    '> Tem, a entrada é pela rua de trás.',
  ],
};

const xiaowen: Person = {
  digits: '8613812345670',
  name: '沈晓雯',
  history: [
    '< 您好，样品什么时候可以寄出？',
    '> 您好，明天下午发货。',
    '< 好的，请用顺丰。',
    '> 没问题，单号稍后发您。',
    '> 单号：SF0000012345',
    '< 收到，谢谢！',
  ],
  live: [
    '< 样品已经收到，质量很好。',
    '> 太好了，需要正式报价吗？',
    '< 请按500件报价。',
    '> 今天下班前发给您。',
    '< 付款方式可以月结吗？',
    '> 首单预付30%，之后可以月结。',
  ],
};

/** Everybody the account talks to. */
export const people: readonly Person[] = [klara, jonas, alina, beatriz, xiaowen];

/** The account's own number and name; invented like everybody here. */
export const ownPhone = '+4915799990001';
export const ownName = 'Sandbox sales';
