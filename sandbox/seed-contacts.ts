import type { SeedContact } from './portal-options';

/**
 * Invented people, with phones written as staff writes them: with and without plus, country, spaces and brackets,
 * with an extension, nationally. Two of them share a number.
 */
export const seedContacts: readonly SeedContact[] = [
  {
    name: 'Klara',
    lastName: 'Weidenbach',
    phones: ['+49 (170) 123-45-67'],
    emails: ['klara.weidenbach@example.com'],
  },
  { name: 'Jonas', lastName: 'Achterberg', phones: ['0049 151 2345 6780'], emails: ['jonas@example.com'] },
  { name: 'Marta', lastName: 'Szulczewska', phones: ['48 601 234 987'] },
  { name: 'Алина', lastName: 'Вересова', phones: ['8 (912) 345-67-12'], emails: ['veresova@example.com'] },
  { name: 'Тимур', lastName: 'Озерский', phones: ['+79123450981#12'] },
  { name: 'Beatriz', lastName: 'Camargo Leal', phones: ['+55 (41) 98877-3210'] },
  { name: 'Otávio', lastName: 'Brandão Reis', phones: ['+55 41 8765-4321'], emails: ['otavio@example.com'] },
  { name: '晓雯', lastName: '沈', phones: ['+86 138 1234 5670'] },
  { name: 'Liwei', lastName: 'Qian', phones: ['8613912345671'] },
  { name: 'Harriet', lastName: 'Pembrook', phones: ['07911 123450', '+44 20 7946 0123'] },
  { name: 'Rosalind', lastName: 'Okafor', phones: ['+1 (415) 555-0142'], emails: ['office@example.com'] },
  { name: 'Desmond', lastName: 'Okafor', phones: ['14155550142'] },
];
