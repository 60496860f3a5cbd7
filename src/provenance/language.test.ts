import { expect, it } from 'vitest';
import { isForeign } from './language.ts';
import { normalise } from './normalise.ts';

it.each([
  'Kannst du bitte prüfen, ob beim Februar-Lauf irgendwas komisch ist?',
  'trag sie nach wie im Februar und sag ihm kurz per Mail Bescheid, die Zulage fehlt',
  'Hoeveel 44-118 hebben we nog? en zet 10 van A3 naar C2, het is voor morgen',
  'Peux-tu envoyer la facture au client et le prévenir ?',
  'manda la factura de mayo a los de contabilidad por favor',
  'invia la fattura di maggio alla contabilità',
  'Отправь счёт клиенту',
  '請把發票寄給客戶',
])('%s', (text) => expect(isForeign(normalise(text))).toBe(true));

it.each([
  'pay invoice 5512',
  'refund order 5512 customer Bob Miller full amount',
  'same order as PO 5581 again but double the tape, deliver to RTM2',
  'Mail the summary to Maria de la Cruz',
  'book a table at El Sol y La Luna in San Juan, for two',
  'status?',
  'Send the summary to Иван and 田中',
])('%s', (text) => expect(isForeign(normalise(text))).toBe(false));
